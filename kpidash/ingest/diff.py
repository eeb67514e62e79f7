"""What an upload would change: stored rows beside uploaded ones, matched by key."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.domain.progress import advance
from kpidash.ingest.issues import Mask
from kpidash.ingest.keys import Whole, ascending, packed

AT_A_TIME = 100_000
"""Rows that are compared at one time."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of what is compared: the third one of the key, numbers, and a text that may be left out.

    A stored text counts as confirmed where the upload has none. With `inherited` a changed row takes it over;
    otherwise it goes with the value that it was about.
    """

    third: str
    numbers: tuple[str, ...]
    text: str
    inherited: bool = False

    @property
    def key(self) -> list[str]:
        """The columns of the key."""
        return ["kpi_id", "period", self.third]


ACTUAL = Shape("segment_id", ("value", "numerator", "denominator"), "note")
TARGET = Shape("kind", ("value", "low", "high"), "phasing", inherited=True)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Frames of uploaded rows, sorted by key.

    `changed` has the stored values beside the new ones, in columns that begin with `old_`. `rejected` counts
    the rows of the file that cannot be stored.
    """

    added: pd.DataFrame
    changed: pd.DataFrame
    unchanged: pd.DataFrame
    rejected: int

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(len(self.added) or len(self.changed))


def diff(
    stored: pd.DataFrame, uploaded: pd.DataFrame, *, shape: Shape = ACTUAL, rejected: int = 0
) -> ChangeSet:
    """The change set of `uploaded` (one row per key) against the `stored` values of those keys.

    Both have the columns of `shape`; stored keys that are not uploaded play no part. A known key is changed
    when a number differs, or when the upload has a text other than the stored one.
    """
    return change_set(
        lambda _: stored, uploaded, shape=shape, rejected=rejected, at_a_time=len(uploaded) or 1
    )


def change_set(
    lookup: Callable[[pd.DataFrame], pd.DataFrame],
    uploaded: pd.DataFrame,
    *,
    shape: Shape = ACTUAL,
    rejected: int = 0,
    at_a_time: int = AT_A_TIME,
) -> ChangeSet:
    """As `diff`, with stored values that `lookup` gives for some uploaded rows at a time."""
    uploaded = _ordered(uploaded, shape)
    known, differs = np.zeros(len(uploaded), dtype=bool), np.zeros(len(uploaded), dtype=bool)
    before = []
    for start in range(0, len(uploaded), at_a_time) or [0]:
        rows = slice(start, start + at_a_time)
        part = uploaded.iloc[rows]
        known[rows], differs[rows], old = _matched(lookup(part), part, shape)
        before.append(old)
        advance("Comparing", start + len(part), len(uploaded))
    some = [old for old in before if len(old)] or before[:1]
    return ChangeSet(
        added=_part(uploaded, ~known),
        changed=_changed(pd.concat(some, ignore_index=True), _part(uploaded, differs), shape),
        unchanged=_part(uploaded, known & ~differs),
        rejected=rejected,
    )


def _matched(stored: pd.DataFrame, uploaded: pd.DataFrame, shape: Shape) -> tuple[Mask, Mask, pd.DataFrame]:
    """Which uploaded rows are stored, which of these differ, and what is stored of those that differ."""
    new_key, old_key = packed(_key(uploaded, shape), _key(stored, shape))
    if not _ascends(old_key):
        order = np.argsort(old_key, kind="stable")
        stored, old_key = _part(stored, order), old_key[order]
    at = np.searchsorted(old_key, new_key)
    known = np.zeros(len(new_key), dtype=bool)
    inside = at < len(old_key)
    known[inside] = old_key[at[inside]] == new_key[inside]
    beside = _part(stored, at[known])
    differs = np.zeros(len(new_key), dtype=bool)
    differs[known] = _differs(beside, _part(uploaded, known), shape)
    return known, differs, _part(beside, differs[known])


def _ordered(frame: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """The rows ascending by key."""
    if ascending([frame[name].to_numpy() for name in shape.key]):
        return frame
    (key,) = packed(_key(frame, shape))
    return _part(frame, np.argsort(key, kind="stable"))


def _ascends(key: Whole) -> bool:
    return bool((key[1:] >= key[:-1]).all())


def _part(frame: pd.DataFrame, chosen: Whole | Mask) -> pd.DataFrame:
    """Some rows, numbered anew; all of them without making a copy."""
    if chosen.dtype == bool and chosen.all():
        return frame.reset_index(drop=True)
    return frame.iloc[chosen].reset_index(drop=True)


def _key(frame: pd.DataFrame, shape: Shape) -> list[Whole]:
    return [frame[name].to_numpy(dtype=np.int64) for name in shape.key]


def _differs(old: pd.DataFrame, new: pd.DataFrame, shape: Shape) -> Mask:
    differs = np.zeros(len(new), dtype=bool)
    for name in shape.numbers:
        was = old[name].to_numpy(dtype=np.float64, na_value=np.nan)
        now = new[name].to_numpy(dtype=np.float64, na_value=np.nan)
        differs |= (was != now) & ~(np.isnan(was) & np.isnan(now))
    given = new[shape.text].notna().to_numpy()
    if given.any():
        was_text, now_text = (frame[shape.text].to_numpy(dtype=object) for frame in (old, new))
        differs |= given & (was_text != now_text)
    return differs


def _changed(old: pd.DataFrame, new: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    new = new.reset_index(drop=True)
    if shape.inherited:
        new = new.assign(**{shape.text: new[shape.text].where(new[shape.text].notna(), old[shape.text])})
    before = old[[*shape.numbers, shape.text]].add_prefix("old_")
    return pd.concat([new, before], axis=1)
