"""What an upload would change: stored rows beside uploaded ones, matched by key."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.ingest.issues import Mask
from kpidash.ingest.keys import Whole, packed

KEY = ["kpi_id", "period", "segment_id"]
VALUES = ["value", "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Frames of uploaded rows, sorted by key (kpi_id, period, segment_id).

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


def diff(stored: pd.DataFrame, uploaded: pd.DataFrame, *, rejected: int = 0) -> ChangeSet:
    """The change set of `uploaded` (one row per key) against the `stored` values of those keys.

    Both have the columns of KEY and VALUES and `note`; stored keys that are not uploaded play no part. A
    known key is changed when a value differs, or when the upload has a note other than the stored one.
    """
    new_key, old_key = packed(_key(uploaded), _key(stored))
    order, old_order = np.argsort(new_key, kind="stable"), np.argsort(old_key, kind="stable")
    new_key, old_key = new_key[order], old_key[old_order]
    uploaded = uploaded.iloc[order].reset_index(drop=True)
    at = np.searchsorted(old_key, new_key)
    known = np.zeros(len(new_key), dtype=bool)
    inside = at < len(old_key)
    known[inside] = old_key[at[inside]] == new_key[inside]
    beside = stored.iloc[old_order[at[known]]].reset_index(drop=True)
    differs = np.zeros(len(new_key), dtype=bool)
    differs[known] = _differs(beside, uploaded[known])
    old = beside[[*VALUES, "note"]].add_prefix("old_")[differs[known]].reset_index(drop=True)
    return ChangeSet(
        added=uploaded[~known].reset_index(drop=True),
        changed=pd.concat([uploaded[differs].reset_index(drop=True), old], axis=1),
        unchanged=uploaded[known & ~differs].reset_index(drop=True),
        rejected=rejected,
    )


def _key(frame: pd.DataFrame) -> list[Whole]:
    return [frame[name].to_numpy(dtype=np.int64) for name in KEY]


def _differs(old: pd.DataFrame, new: pd.DataFrame) -> Mask:
    differs = np.zeros(len(new), dtype=bool)
    for name in VALUES:
        was = old[name].to_numpy(dtype=np.float64, na_value=np.nan)
        now = new[name].to_numpy(dtype=np.float64, na_value=np.nan)
        differs |= (was != now) & ~(np.isnan(was) & np.isnan(now))
    noted = new["note"].notna().to_numpy()
    if noted.any():
        was_noted, now_noted = old["note"].to_numpy(dtype=object), new["note"].to_numpy(dtype=object)
        differs |= noted & (was_noted != now_noted)
    return differs
