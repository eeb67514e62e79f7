"""Checks that actuals and targets have in common: KPI, permission, period."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.locking import Held
from kpidash.ingest.issues import Finding, IssueCode, Mask
from kpidash.ingest.numbers import Numbers
from kpidash.ingest.parse import Parsed
from kpidash.ingest.terms import UNKNOWN, Terms

Code = IssueCode
Sentence = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Rows:
    """A parsed file beside the terms; `kpi` is each row's index into `terms.kpis`, or UNKNOWN."""

    parsed: Parsed
    terms: Terms
    kpi: NDArray[np.int64]

    @classmethod
    def of(cls, parsed: Parsed, terms: Terms) -> "Rows":
        """The rows with their KPIs looked up."""
        return cls(parsed, terms, terms.recognised(parsed.kpi))

    @property
    def known(self) -> Mask:
        """Where the KPI is known."""
        known: Mask = self.kpi != UNKNOWN
        return known

    def cell(self, role: str) -> Sentence:
        """What a row says in this role, as written; nothing where the file does not say it."""
        return lambda at: self.parsed.grid.place(role, at).cell

    def code(self, at: int) -> str:
        """The code of the KPI of one row, as the file has it where it is unknown."""
        return self.terms.kpis[self.kpi[at]].code if self.kpi[at] != UNKNOWN else self.cell("kpi")(at)

    def find(
        self, code: IssueCode, role: str, where: Mask, message: Sentence | str, *, once: bool = False
    ) -> Iterator[Finding]:
        """A finding where rows say what they are in this role, if there is any such row.

        With `once` it concerns what is said and not the row: where a header says it, it is found there.
        """
        if not where.any():
            return
        grid, positions = self.parsed.grid, np.flatnonzero(where)
        said = partial(_always, message) if isinstance(message, str) else message
        shown = grid.each_cell(role, grid.once(role, positions) if once else positions)
        yield Finding(code, positions, shown, lambda at: grid.place(role, at, header=once), said)


def _always(message: str, _: int) -> str:
    return message


def kpi_findings(rows: Rows) -> Iterator[Finding]:
    """Rows without a KPI, with one that nobody (or this person) knows, and with one he may not write."""
    blank = rows.parsed.kpi.codes < 0
    yield from rows.find(Code.MISSING_VALUE, "kpi", blank, "The row names no KPI.")
    unknown = ~rows.known & ~blank
    yield from rows.find(Code.UNKNOWN_KPI, "kpi", unknown, lambda at: _unknown(rows, at), once=True)
    forbidden = ~rows.terms.permitted[rows.kpi]
    yield from rows.find(
        Code.NOT_PERMITTED,
        "kpi",
        forbidden,
        lambda at: f"You may see '{rows.code(at)}' but not upload it.",
        once=True,
    )


def _unknown(rows: Rows, at: int) -> str:
    name = rows.cell("kpi")(at)
    nearest = rows.terms.nearest(name)
    return f"There is no KPI '{name}'" + (f"; did you mean '{nearest}'?" if nearest else ".")


def period_findings(rows: Rows) -> Iterator[Finding]:
    """Rows without a period, with one that can be read in two ways, and with one that is none."""
    parsed = rows.parsed
    blank = parsed.period.codes < 0
    yield from rows.find(Code.MISSING_VALUE, "period", blank, "The row names no period.")
    doubtful = np.append(parsed.periods.doubtful, False)[parsed.period.codes]
    wrong = np.append(parsed.periods.ranks < 0, False)[parsed.period.codes] & ~doubtful

    def sentence(at: int) -> str:
        return f"{parsed.periods.wrong[parsed.period.codes[at]]}."

    yield from rows.find(Code.AMBIGUOUS_PERIOD, "period", doubtful, sentence, once=True)
    yield from rows.find(Code.NOT_A_PERIOD, "period", wrong, sentence, once=True)


def locked_findings(rows: Rows, held: Held, asked: Mask) -> Iterator[Finding]:
    """Rows of closed periods."""

    def sentence(at: int) -> str:
        return f"{rows.terms.locked[int(held.month[at])]}; ask an administrator to open it again."

    yield from rows.find(Code.PERIOD_LOCKED, "period", asked & held.held, sentence)


def number_findings(rows: Rows, role: str, needed: Mask) -> Iterator[Finding]:
    """Cells of one number column that are blank, doubtful or no number, in the rows that need it."""
    numbers = rows.parsed.numbers.get(role)
    if numbers is None:
        yield from rows.find(
            Code.MISSING_VALUE, role, needed, lambda at: f"'{rows.code(at)}' needs a column '{role}'."
        )
        return
    yield from rows.find(
        Code.MISSING_VALUE, role, needed & numbers.blank, lambda at: f"'{rows.code(at)}' needs a {role}."
    )
    yield from unreadable_numbers(rows, role, numbers, needed)


def unreadable_numbers(rows: Rows, role: str, numbers: Numbers, read: Mask) -> Iterator[Finding]:
    """Cells of one number column that are doubtful or no number, in the rows where it is `read`."""
    cell = rows.cell(role)
    yield from rows.find(
        Code.AMBIGUOUS_DECIMAL,
        role,
        read & numbers.doubtful,
        lambda at: f"'{cell(at)}' can be two numbers; say whether the decimal sign is a point or a comma.",
    )
    yield from rows.find(
        Code.NOT_A_NUMBER, role, read & numbers.wrong, lambda at: f"'{cell(at)}' is not a number."
    )


def surplus(rows: Rows, role: str, where: Mask, because: str) -> Iterator[Finding]:
    """Cells of one number column that are filled where the KPI has no such number, and why it has none."""
    numbers = rows.parsed.numbers.get(role)
    if numbers is not None:
        yield from rows.find(
            Code.UNKNOWN_COLUMN,
            role,
            where & ~numbers.blank,
            lambda at: f"'{rows.code(at)}' {because}; leave the {role} blank.",
        )


def number(rows: Rows, role: str) -> NDArray[np.float64]:
    """The values of one number column; NaN throughout where the file has no such column."""
    numbers = rows.parsed.numbers.get(role)
    return np.full(len(rows.parsed), np.nan) if numbers is None else numbers.values
