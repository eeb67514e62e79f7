"""Segments of a file beside the stored ones: ids for those that are known, stand-ins for new ones."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kpidash.ingest.duplicates import Checked


def with_segment_ids(checked: Checked, known: Mapping[str, int]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with `segment_id` in place of `segment`, and the keys of segments that are not stored yet.

    The id −1 stands for the first of these, −2 for the second, and so on. They descend, so that rows in
    the order of their ids are in that of their keys.
    """
    codes = checked.rows["segment"].to_numpy()
    used = np.unique(codes)
    new = [code for code in used.tolist() if checked.segments[code] not in known]
    new.sort(key=lambda code: checked.segments[code], reverse=True)
    stand_ins = {code: -1 - place for place, code in enumerate(new)}
    ids = np.zeros(len(checked.segments), dtype=codes.dtype)
    for code in used.tolist():
        ids[code] = known.get(checked.segments[code], stand_ins.get(code, 0))
    rows = checked.rows.assign(segment_id=ids[codes]).drop(columns="segment")
    return rows, tuple(checked.segments[code] for code in new)
