"""How the file was read: every finding with its evidence, and a form that overrules them."""

from dataclasses import replace
from typing import Any

import streamlit as st

from kpidash.ingest.evidence import Evidence, ReadOptions
from kpidash.ingest.layout import Kind
from kpidash.ingest.periods import DateOrder
from kpidash.services.mappings import Answers
from kpidash.services.previews import PLAIN
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
SIGNS = {".": "a point: 1.5", ",": "a comma: 1,5"}
KINDS = {"actuals": "actuals", "targets": "targets"}
_ENCODINGS = {
    "utf-8": "UTF-8", "cp1252": "Western European (Windows-1252)", "iso8859-15": "Western European (Latin-9)",
    "cp1250": "Central European (Windows-1250)", "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)", "cp1253": "Greek (Windows-1253)", "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)", "cp1256": "Arabic (Windows-1256)", "cp874": "Thai (Windows-874)",
    "cp932": "Japanese (Shift-JIS)", "euc_jp": "Japanese (EUC)", "gb18030": "Chinese (GB18030)",
    "cp950": "Chinese (Big5)", "cp949": "Korean (Windows-949)", "mac_roman": "Western European (Mac)",
    "cp850": "Western European (DOS)", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16, big end first",
}  # fmt: skip
_DELIMITERS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "tab": "tab",
    "|": "pipe  |",
    ":": "colon  :",
    "^": "caret  ^",
}
_QUOTES = {'"': 'double  "', "'": "single  '", "none": "none: marks are text"}
_FOOTERS = {True: "left out", False: "read as rows"}
_NAMES = {
    "encoding": "Encoding", "delimiter": "Cells split by", "quote": "Quotes", "sheet": "Sheet",
    "header_row": "Header row", "decimal": "Decimal sign", "date_order": "Dates", "kind": "Holds",
}  # fmt: skip
_SHORT = {
    "preamble": "above the header", "comments": "comments", "repeated_header": "repeated header",
    "footer": "below the table", "totals": "totals", "total_column": "total column", "left_out": "left out",
}  # fmt: skip


def file_line(viewer: Viewer, look: Look) -> Tree:
    """The file's name, size, kind and rows."""
    preview = look.preview
    rows = viewer.formats.number(preview.rows)
    what = (
        f"{rows} {'value' if preview.rows == 1 else 'values'} of {preview.kind.value}"
        if preview.columns
        else None
    )
    return element(
        "div", element("b", preview.file_name), element("span", what) if what else None, klass="file"
    )


def reading(desk: Desk, look: Look) -> None:
    """The strip of findings, and behind it the reasons and the form."""
    preview = look.preview
    settled = _settled(look)
    chips = [_chip(what, *settled[what]) for what in _NAMES if what in settled]
    notes = [found for found in preview.assumptions if found.what not in {*PLAIN, *_NAMES, "column"}]
    show(
        element("dl", *chips, klass="found") if chips else None,
        element("ul", *(element("li", found.sentence) for found in notes), klass="reasons")
        if notes
        else None,
        key="reading",
    )
    with st.expander("Why so, and read it differently", expanded=False):
        reasons = [*preview.assumptions, *_told(preview.answers)]
        show(
            element("ul", *(element("li", found.sentence) for found in reasons), klass="reasons"),
            key="reasons",
        )
        _form(desk, look)


def _chip(what: str, value: str, told: bool) -> Tree:
    return element("div", element("dt", _NAMES[what]), element("dd", value), klass="told" if told else None)


def _settled(look: Look) -> dict[str, tuple[str, bool]]:
    """What was settled, in words, and whether the person said so."""
    preview, answers = look.preview, look.preview.answers
    found = {one.what: (_words(one), False) for one in preview.assumptions if one.what in _NAMES}
    if preview.columns:
        found["kind"] = (preview.kind.value, answers.kind is not None)
    if answers.decimal:
        found["decimal"] = (SIGNS[answers.decimal].partition(":")[0], True)
    if answers.date_order:
        found["date_order"] = (ORDERS[answers.date_order.value], True)
    for name in ("encoding", "delimiter", "quote", "header_row", "sheet"):
        if getattr(answers.options, name) is not None and name in found:
            found[name] = (found[name][0], True)
    return found


def _words(found: Evidence) -> str:
    match found.what:
        case "encoding":
            return _ENCODINGS.get(found.value, found.value)
        case "delimiter":
            return _DELIMITERS.get("tab" if found.value == "\t" else found.value, found.value).split("  ")[0]
        case "decimal":
            return SIGNS.get(found.value, found.value).partition(":")[0]
        case "date_order":
            return ORDERS.get(found.value, found.value)
    return found.value


def _told(answers: Answers) -> list[Evidence]:
    said = []
    if answers.decimal:
        said.append(
            Evidence(
                "decimal", answers.decimal, f"The decimal sign is {SIGNS[answers.decimal]}: you said so."
            )
        )
    if answers.date_order:
        order = ORDERS[answers.date_order.value]
        said.append(
            Evidence("date_order", answers.date_order.value, f"Days are written {order}: you said so.")
        )
    return said


def _form(desk: Desk, look: Look) -> None:
    """Fields for everything that can be overruled; those left alone are read from the file."""
    answers, options = desk.answers, desk.answers.options
    given: dict[str, Any] = {}
    with st.form(f"overrule-{desk.round}", border=False):
        places = st.columns(3)
        with places[0]:
            given["kind"] = _pick(desk, "kind", "The file holds", KINDS, answers.kind and answers.kind.value)
            given["date_order"] = _pick(desk, "date_order", "Days are written", ORDERS,
                                        answers.date_order and answers.date_order.value)  # fmt: skip
            given["decimal"] = _pick(desk, "decimal", "Decimal sign", SIGNS, answers.decimal)
        with places[1]:
            if look.sheets:
                sheets = {name: name for name in look.sheets}
                given["sheet"] = _pick(desk, "sheet", "Sheet", sheets, options.sheet)
            else:
                given["encoding"] = _pick(desk, "encoding", "Encoding", _ENCODINGS, options.encoding)
                given["delimiter"] = _pick(
                    desk, "delimiter", "Cells are split by", _DELIMITERS, options.delimiter, own=True
                )
                given["quote"] = _pick(desk, "quote", "Quotation marks", _QUOTES, options.quote)
        with places[2]:
            given["header_row"] = st.number_input(
                "Header row", min_value=1, max_value=1_000, value=options.header_row, step=1,
                placeholder="as found in the file", key=f"header_row-{desk.round}",
            )  # fmt: skip
            given["skip_footer"] = _pick(
                desk, "skip_footer", "Rows below the table", _FOOTERS, options.skip_footer
            )
        if st.form_submit_button("Read again"):
            desk.answer(**_answers(answers, given))
            st.rerun()


def _pick(desk: Desk, name: str, label: str, options: dict[Any, str], now: Any, *, own: bool = False) -> Any:
    known = list(options) if now in (None, *options) else [*options, now]
    return st.selectbox(
        label, known, index=known.index(now) if now is not None else None, placeholder="as found in the file",
        format_func=lambda value: options.get(value, str(value)), key=f"{name}-{desk.round}",
        accept_new_options=own,
    )  # fmt: skip


def _answers(answers: Answers, given: dict[str, Any]) -> dict[str, Any]:
    """What the form says, as answers; whatever the browser sent, services check it again."""
    options = {name: given.get(name) for name in ReadOptions.__dataclass_fields__}
    return {
        "kind": Kind(given["kind"]) if given["kind"] else None,
        "date_order": DateOrder(given["date_order"]) if given["date_order"] else None,
        "decimal": given["decimal"],
        "options": replace(answers.options, **options),
    }
