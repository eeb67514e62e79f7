"""What each column of a file probably means: by its name, by what it holds, and how sure that is."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow as pa

from kpidash.ingest.layout import Kind
from kpidash.ingest.meanings import NUMBER_ROLES, Dictionary
from kpidash.ingest.notations import serial
from kpidash.ingest.numbers import numbers_of
from kpidash.ingest.periods import periods_of
from kpidash.ingest.terms import UNKNOWN
from kpidash.ingest.text_table import TextTable
from kpidash.ingest.vocabulary import MEANINGS, spaced

NEAR_CERTAIN = 0.95
"""From here on a suggestion is taken, and said; below it is asked about."""
_FITS = 0.95
_SAMPLE = 300
_GUESSED = 200
"""Columns without a plain meaning for which one is guessed; nobody reads more guesses."""
_ALIKE = 0.84


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column may mean: `--map 'column=role'`. `confidence` is from 0 to 1."""

    index: int
    column: str
    role: str
    confidence: float
    reason: str


def suggestions(
    table: TextTable, words: Dictionary, *, kind: Kind, columns: Collection[int], taken: Collection[str] = ()
) -> tuple[Suggestion, ...]:
    """The best guess for each of some columns, given the roles that others have; none where there is none."""
    found = [_best(table, index, words, kind) for index in islice(columns, _GUESSED)]
    free = [each for each in found if each is not None and each.role not in taken]
    rivals = {each.role: sum(other.role == each.role for other in free) for each in free}
    return tuple(
        each
        if rivals[each.role] == 1
        else replace(
            each,
            confidence=min(each.confidence, 0.5),
            reason=f"{each.reason}, and so may {rivals[each.role] - 1} more",
        )
        for each in free
    )


def _best(table: TextTable, index: int, words: Dictionary, kind: Kind) -> Suggestion | None:
    header = table.columns[index]
    cells = _sample(table, index)
    guesses = [*_by_name(header, cells, words, kind), *_by_content(cells, words)]
    if not guesses:
        return None
    role, confidence, reason = max(guesses, key=lambda guess: guess[1])
    return Suggestion(index, header.strip(), role, confidence, reason)


_Guess = tuple[str, float, str]


def _by_name(header: str, cells: list[str], words: Dictionary, kind: Kind) -> list[_Guess]:
    known: Mapping[str, str] = {**MEANINGS, **{spaced(name): name for name in words.terms.dimensions}}
    name = spaced(header)
    usual = name in known
    if not usual:
        near = difflib.get_close_matches(name, list(known), n=1, cutoff=_ALIKE) if len(name) > 3 else []
        near = near or [part for part in name.split() if part in known and len(name.split()) <= 3][:1]
        if not near:
            return []
        name = near[0]
    role = known[name]
    fit = _fit(role, cells, words)
    said = f"'{header.strip()}' {'is a usual word for' if usual else 'is like a word for'} it"
    if role == "note":
        # any text fits a note: nothing but the name speaks for it
        return [(role, 0.9, said)]
    if fit >= _FITS and cells:
        return [(role, 0.97 if usual else 0.85, f"{said}, and its cells fit")]
    if not cells or fit >= 0.5:
        return [(role, 0.8 if usual else 0.6, said)]
    return [(role, 0.3, f"{said}, but its cells do not fit")] if kind else []


def _by_content(cells: list[str], words: Dictionary) -> list[_Guess]:
    if not cells:
        return []
    if _fit("kpi", cells, words) >= _FITS:
        return [("kpi", 0.96, "its cells are KPIs")]
    if not any(serial(cell) for cell in cells) and _fit("period", cells, words) >= _FITS:
        return [("period", 0.96, "its cells are periods")]
    for name, values in words.terms.segment_values.items():
        if np.mean([cell in values for cell in cells]) >= _FITS:
            return [(name, 0.9, f"its cells are known values of {name}")]
    if _fit("value", cells, words) >= _FITS:
        return [("value", 0.6, "its cells are numbers")]
    return []


def _fit(role: str, cells: list[str], words: Dictionary) -> float:
    """The share of cells that can be what the role asks for; 1 where there are none."""
    if not cells or role == "note":
        return 1.0
    if role == "kpi":
        return float(np.mean([words.terms.find(cell) != UNKNOWN for cell in cells]))
    if role == "period":
        start = words.calendar.fiscal_year_start
        found = periods_of(cells, fiscal_year_start=start, names=words.calendar.names)
        return float(np.mean((found.ranks >= 0) | found.doubtful))
    wrong = float(np.mean(numbers_of({"": pa.chunked_array([cells], pa.string())})[""].wrong))
    if role in NUMBER_ROLES:
        return 1.0 - wrong
    # any text may be a value of a dimension; numbers and periods rarely are
    return wrong


def _sample(table: TextTable, index: int) -> list[str]:
    cells = table.cells.column(index).slice(0, _SAMPLE).to_pylist()
    return [cell.strip() for cell in cells if cell.strip()]
