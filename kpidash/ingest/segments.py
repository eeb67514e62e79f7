"""Dimension columns → segments: which combination of dimension values each row belongs to."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.ingest.labels import Labels

WHOLE = "{}"
"""The key of the one segment of a KPI without dimensions."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`keys` are the distinct segments, ascending, as JSON objects with sorted names; `codes` say which of
    them each row has.
    """

    keys: tuple[str, ...]
    codes: NDArray[np.int64]


def segment_key(values: Mapping[str, str]) -> str:
    """The one way to write a segment: `{"client":"Acme","region":"North"}`."""
    return json.dumps(dict(sorted(values.items())), ensure_ascii=False, separators=(",", ":"))


def values_of(keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """The values that each dimension has in some segments."""
    values: dict[str, set[str]] = {}
    for key in keys:
        for name, value in json.loads(key).items():
            values.setdefault(name, set()).add(value)
    return {name: frozenset(each) for name, each in values.items()}


def segments_of(dimensions: Mapping[str, Labels], count: int) -> Segments:
    """The segment of each of `count` rows; a blank cell means that the row has no such dimension."""
    if not dimensions:
        return Segments((WHOLE,), np.zeros(count, dtype=np.int64))
    codes = np.zeros(count, dtype=np.int64)
    for labels in dimensions.values():
        # renumbered each time, so that many large dimensions cannot overflow
        codes = pd.factorize(codes * (len(labels.names) + 1) + labels.codes + 1)[0]
    example = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    example[codes] = np.arange(count)
    keys = [segment_key(_values(dimensions, at)) for at in example.tolist()]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    return Segments(tuple(keys[at] for at in order), place[codes])


def _values(dimensions: Mapping[str, Labels], at: int) -> dict[str, str]:
    found = {name: labels.codes[at] for name, labels in dimensions.items()}
    return {name: dimensions[name].names[code] for name, code in found.items() if code >= 0}
