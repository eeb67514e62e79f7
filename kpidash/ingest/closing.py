"""What stands in and below a table and is no row of it: repeated headers, comments, totals, sources.

A row is left out only where leaving it in would be refused anyway (it lacks cells that every row has), or
where it repeats the header or a title; each is named as evidence, so that nothing goes away unseen.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest.evidence import Evidence, RawRow, spoken
from kpidash.ingest.issues import Mask

_TOTALS = frozenset(
    re.split(
        ",",
        "total,totals,grand total,subtotal,sum,summe,gesamt,gesamtsumme,gesamtergebnis,insgesamt,"
        "total général,total general,totaal,totale,totales,suma,summa,razem,toplam,итого,всего,"
        "合計,総計,小計,总计,合计,總計,합계,कुल",
    )
)
_NOTE = re.compile(
    r"(sources?|quelle|fuente|fonte|notes?|notiz|hinweis|remarks?|generated|exported|printed|created|report|page|"
    r"seite|página|end of|stand|as of|copyright|©|\*|†|--|==|\(?\d+ rows?\b|rows?: \d+|total rows)",
    re.IGNORECASE,
)
_PAGE = r"(?i)^\s*(page|seite|página|pagina|стр\.?)\s*\d+(\s*(/|of|von|de|di|из)\s*\d+)?\s*$"
_LAST = 30
_BEFORE = 50


Numbers = NDArray[np.int64]
"""Spreadsheet row numbers, ascending."""


@dataclass(frozen=True, slots=True)
class Body:
    """Rows below a header: those that fit (`cells`, numbered by `rows`) and the ragged ones."""

    cells: pa.Table
    rows: NDArray[np.int64]
    ragged: NDArray[np.int64]
    texts: dict[int, tuple[int, str]]
    delimiter: str = ","

    def row(self, at: int) -> list[str]:
        """The cells of the row at a position."""
        return [str(column[at].as_py()) for column in self.cells.columns]

    def text(self, number: int) -> list[str]:
        """The cells of a ragged row, as far as its text was kept."""
        _, text = self.texts.get(number, (0, ""))
        try:
            return next(csv.reader([text], delimiter=self.delimiter), [])
        except csv.Error:  # a row of several lines, cut short
            return [text]

    def without(self, gone: Numbers) -> "Body":
        """The body without the rows of these numbers."""
        kept = ~np.isin(self.rows, gone)
        ragged = self.ragged[~np.isin(self.ragged, gone)]
        return Body(self.cells.filter(pa.array(kept)), self.rows[kept], ragged, self.texts, self.delimiter)


def table_only(
    body: Body, header: Sequence[str], above: Sequence[RawRow], *, skip_footer: bool | None
) -> tuple[Body, list[Evidence]]:
    """The body without what is no row of the table, and what that was."""
    found: list[Evidence] = []
    for what, numbers, sentence in (
        (
            "repeated_header",
            _repeated(body, header, above),
            "{} left out: the header or a title again.",
        ),
        ("comments", _comments(body, header, above), "{} left out: comments, which begin with #."),
    ):
        if len(numbers):
            body = body.without(numbers)
            found.append(Evidence(what, _listed(numbers), sentence.format(spoken(numbers).capitalize())))
    footer = _numbers([] if skip_footer is False else sorted(_footer(body, told=bool(skip_footer))))
    if len(footer):
        shown = next((cell.strip() for cell in _cells(body, int(footer[0])) if cell.strip()), "")
        body = body.without(footer)
        sentence = f"Below the table, {spoken(footer)} left out, beginning with '{shown[:60]}'."
        found.append(Evidence("footer", _listed(footer), sentence))
    return body, found


def _numbers(*parts: Numbers | Sequence[int]) -> Numbers:
    return np.sort(np.concatenate([np.asarray(part, dtype=np.int64) for part in parts]))


def _listed(numbers: Numbers) -> str:
    return ",".join(map(str, numbers[:_BEFORE])) + (",…" if len(numbers) > _BEFORE else "")


def _repeated(body: Body, header: Sequence[str], above: Sequence[RawRow]) -> Numbers:
    again = np.ones(body.cells.num_rows, dtype=bool)
    for column, name in zip(body.cells.columns, header, strict=True):
        if not again.any():
            break
        again &= pc.equal(column, name).to_numpy()
    titles = {cell.strip() for row in above for cell in row.cells if _filled(row.cells) == 1} - {""}
    lone = _lone(body, pa.array(sorted(titles)), pages=bool(again.any()))
    ragged = [
        int(number)
        for number in body.ragged[: len(body.texts)]
        if _filled(cells := body.text(int(number))) == 1
        and ("".join(cells).strip() in titles or (again.any() and re.match(_PAGE, "".join(cells))))
    ]
    return _numbers(body.rows[again], body.rows[lone], ragged)


def _lone(body: Body, titles: pa.Array, *, pages: bool) -> Mask:
    """Rows whose only text is in the first column and is a title, or the number of a page."""
    if body.cells.num_columns < 2 or not (len(titles) or pages):
        return np.zeros(body.cells.num_rows, dtype=bool)
    first = body.cells.column(0)
    lone = pc.is_in(pc.utf8_trim_whitespace(first), value_set=titles.cast(pa.string())).to_numpy()
    if pages:
        lone = lone | pc.match_substring_regex(first, _PAGE).to_numpy()
    return _alone(body, lone)


def _alone(body: Body, rows: Mask) -> Mask:
    for column in body.cells.columns[1:]:
        if not rows.any():
            break
        rows = rows & pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return rows


def _comments(body: Body, header: Sequence[str], above: Sequence[RawRow]) -> Numbers:
    if header[0].lstrip().startswith("#"):
        return _numbers([])
    known = any(row.cells[0].lstrip().startswith("#") for row in above if row.cells)
    first = body.cells.column(0)
    marked = pc.starts_with(first, "#").to_numpy()
    comments = marked
    if marked.any():
        remarks = pc.match_substring_regex(first, r"^#+(\s|$)" if known else r"^#+\s+\S+\s+\S").to_numpy()
        comments = marked & remarks if known else _alone(body, marked & remarks)
    ragged: list[int] = []
    if known or not (marked & ~comments).any():
        numbers = body.ragged[: len(body.texts)].tolist()
        ragged = [number for number in numbers if _remark(body.texts[number][1], known=known)]
    return _numbers(body.rows[comments], ragged)


def _remark(text: str, *, known: bool) -> bool:
    return text.startswith("#") and (known or (text[1:2].isspace() and len(text.split()) > 2))


def _footer(body: Body, *, told: bool) -> Iterator[int]:
    """The numbers of the rows below the table."""
    numbers = np.union1d(body.rows[-_LAST:], body.ragged[-_LAST:])[-_LAST:].tolist()
    always = _always_filled(body)
    block: list[int] = []
    while numbers and (told or len(block) < _LAST) and _below(body, numbers[-1], always, told=told):
        block.insert(0, numbers.pop())
    if not block or not numbers:
        return
    apart = told or numbers[-1] + 1 < block[0]
    for number in reversed(block):
        cells = _cells(body, number)
        if not (_marked(cells) or (apart and _sentence(body, cells))):
            return
        yield number


def _below(body: Body, number: int, always: Mask, *, told: bool) -> bool:
    cells = _cells(body, number)
    if _filled(cells) == 1:
        return bool(body.cells.num_columns > 1)
    if not _total(cells):
        return False
    lacking = [not cell.strip() for cell in cells]
    return told or len(cells) != len(always) or bool((always & np.array(lacking)).any())


def _marked(cells: Sequence[str]) -> bool:
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return _total(cells) or bool(_NOTE.match(first)) or first.startswith("#")


def _sentence(body: Body, cells: Sequence[str]) -> bool:
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    # a KPI that is known from other rows and lacks its number is no note
    known = pc.sum(pc.equal(body.cells.column(0), first)).as_py() or 0
    return len(first.split()) > 1 and int(known) < 2


def _total(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "")
    return first.strip(" :*\t\u00a0").casefold() in _TOTALS


def _always_filled(body: Body) -> Mask:
    """The columns in which the rows before the last few all have text, as far as these are looked at."""
    rows = [body.row(at) for at in range(max(0, len(body.rows) - _BEFORE), len(body.rows))]
    table = [row for row in rows if not _total(row) and _filled(row) > 1]
    if not table:
        return np.zeros(body.cells.num_columns, dtype=bool)
    filled: Mask = np.array([[bool(cell.strip()) for cell in row] for row in table])
    return np.asarray(filled.all(axis=0))


def _cells(body: Body, number: int) -> list[str]:
    at = int(np.searchsorted(body.rows, number))
    if at < len(body.rows) and body.rows[at] == number:
        return body.row(at)
    return body.text(number)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)
