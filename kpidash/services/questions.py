"""What only the person knows about a file: each doubt as a question with a cell of the file as example."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from kpidash.domain.catalogue import Company
from kpidash.domain.period import Period
from kpidash.ingest.coarse import Calendar
from kpidash.ingest.content import Limits
from kpidash.ingest.issues import IssueCode
from kpidash.ingest.locales import names_of
from kpidash.ingest.notations import DMY, MDY, YMD, readings
from kpidash.ingest.numbers import numbers_of
from kpidash.ingest.package import DamagedError, opened
from kpidash.services.previews import Preview

EXAMPLES = 4
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer, and what the example is with it: a period, a number, or nothing to show."""

    value: str
    means: Period | float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One doubt. `about` is date_order, decimal, kind or sheet; `cells` are examples, the first of which the
    options read; `count` is how many cells of the file are in doubt, as far as they were listed.
    """

    about: str
    options: tuple[Option, ...]
    cells: tuple[str, ...] = ()
    count: int = 0


def questions_of(preview: Preview, company: Company, sheets: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """What has to be answered before the file can be committed; `sheets` are those of a workbook."""
    return tuple(_questions(preview, company, sheets))


def _questions(preview: Preview, company: Company, sheets: tuple[str, ...]) -> Iterator[Question]:
    unread = not preview.columns
    if unread and len(sheets) > 1 and preview.answers.options.sheet is None:
        yield Question("sheet", tuple(Option(name) for name in sheets))
    if preview.both_kinds:
        yield Question("kind", (Option("actuals"), Option("targets")))
    calendar = Calendar(fiscal_year_start=company.fiscal_year_start, names=names_of(company.locale))
    if preview.answers.date_order is None:
        cells = _cells(preview, IssueCode.AMBIGUOUS_PERIOD)
        ordered = [cell for cell in cells if len(_orders(cell, calendar)) > 1]
        if ordered:
            options = (Option(how, period) for how, period in _orders(ordered[0], calendar).items())
            yield Question("date_order", tuple(options), tuple(ordered[:EXAMPLES]), len(ordered))
    if preview.answers.decimal is None and (cells := _cells(preview, IssueCode.AMBIGUOUS_DECIMAL)):
        options = (Option(sign, _number(cells[0], sign)) for sign in ".,")
        yield Question("decimal", tuple(options), tuple(cells[:EXAMPLES]), len(cells))


def sheets_of(content: bytes, limits: Limits | None = None) -> tuple[str, ...]:
    """The names of a workbook's sheets; none for other files and for those that cannot be opened."""
    if not content.startswith(_ZIP):
        return ()
    package, _ = opened(content, limits or Limits())
    try:
        return tuple(sheet.name for sheet in package.sheets()) if package else ()
    except DamagedError:
        return ()


def _cells(preview: Preview, code: IssueCode) -> list[str]:
    return list(dict.fromkeys(one.value for one in preview.issues.kept if one.code is code and one.value))


def _orders(cell: str, calendar: Calendar) -> dict[str, Period]:
    try:
        found = readings(cell, calendar)
    except (ValueError, OverflowError):
        return {}
    return {how: found[how] for how in (DMY, MDY, YMD) if how in found}


def _number(cell: str, sign: str) -> float | None:
    read = numbers_of({"": pa.chunked_array([[cell]], pa.string())}, decimal=sign)[""]
    return None if read.wrong[0] or read.doubtful[0] else float(read.values[0])
