"""Which native periods and targets a closed month holds fast.

A value belongs to the month in which its period ends (a week to that of its Thursday): once that month is
closed, it stays. A target is held by every month that it covers, as it is what these were judged against.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, anchors, month_of
from kpidash.domain.period import Frequency

_SPAN = np.array([1, 1, 1, 3, 12], np.int64)
"""Months of a period by the rank of its frequency."""


@dataclass(frozen=True, slots=True)
class Held:
    """For each asked row whether it is held, and by which month (since 1970-01; meaningless elsewhere)."""

    held: NDArray[np.bool_]
    month: Days


def values_held(start: Days, rank: Days, closed: Days) -> Held:
    """Of values of native periods: their first days, the ranks of their frequencies, and closed months."""
    month = _first_month(start, rank) + _SPAN[rank] - 1
    return Held(np.isin(month, closed), month)


def targets_held(start: Days, rank: Days, closed: Days) -> Held:
    """The same of targets, by the first closed month that each covers; `closed` is ascending."""
    first = _first_month(start, rank)
    if not len(closed):
        return Held(np.zeros(len(first), np.bool_), first)
    at = np.searchsorted(closed, first)
    month = closed[np.minimum(at, len(closed) - 1)]
    return Held((month >= first) & (month < first + _SPAN[rank]), month)


def _first_month(start: Days, rank: Days) -> Days:
    return month_of(np.where(rank == Frequency.WEEKLY.rank, anchors(start, Frequency.WEEKLY), start))
