"""Reading many actuals in a row: ranges of days in the order of the key, straight into arrays.

Nearly all actuals are a value and nothing else. These come as one packed number for period and segment, and
the value; the rest (ratios, notes) comes whole. That is three times as fast as all columns of all rows.
"""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from kpidash.store.columns import NUMBER, TEXT, array, ranges
from kpidash.store.loading import driver_of

FIELDS = {"value": NUMBER, "numerator": NUMBER, "denominator": NUMBER, "note": TEXT}
"""What is read of each actual besides its key."""

GAP = 31
"""Days between two keys of one KPI from which on what lies between them is not read."""

_PLAIN = "value IS NOT NULL AND numerator IS NULL AND denominator IS NULL AND note IS NULL"
_RANGE = "FROM actual WHERE kpi_id = {0} AND period BETWEEN {1} AND {2}"
_PACKED = np.dtype([("key", np.int64), ("value", np.float64)])

# The statements are put together of constants only.
_SQLITE = f"SELECT period * 4294967296 + segment_id, value {_RANGE} AND {_PLAIN}".format("?", "?", "?")
_OTHERS = (
    "SELECT period * 4294967296 + segment_id, value, numerator, denominator, note "
    f"{_RANGE} AND NOT ({_PLAIN})"
).format("?", "?", "?")
_LIMITS = "period BETWEEN :low AND :high"
"""The days that all ranges lie in: partitions of other years are not even opened."""
_WANTED = (
    "FROM unnest(CAST(:kpi AS int[]), CAST(:first AS int[]), CAST(:last AS int[])) AS w(kpi, first, last) "
    "CROSS JOIN LATERAL"
)
_POSTGRESQL = (
    "SELECT w.kpi, a.keys, a.found "
    f"{_WANTED} (SELECT string_agg(int8send(period * 4294967296::int8 + segment_id), '') AS keys, "
    f"string_agg(float8send(value), '') AS found {_RANGE} AND {_LIMITS} AND {_PLAIN} GROUP BY kpi_id) AS a"
).format("w.kpi", "w.first", "w.last")
_OTHERS_POSTGRESQL = (
    f"SELECT a.* {_WANTED} (SELECT kpi_id, array_agg(period * 4294967296::int8 + segment_id), "
    "array_agg(value), array_agg(numerator), array_agg(denominator), array_agg(note) "
    f"{_RANGE} AND {_LIMITS} AND NOT ({_PLAIN}) GROUP BY kpi_id) AS a"
).format("w.kpi", "w.first", "w.last")


def spans(keys: pd.DataFrame) -> pd.DataFrame:
    """Ranges (kpi_id, first_day, last_day; ascending, apart) that hold all of `keys` (kpi_id, period)."""
    kpi, period = (keys[name].to_numpy(np.int64) for name in ("kpi_id", "period"))
    if not _ascending(kpi, period):
        order = np.lexsort((period, kpi))
        kpi, period = kpi[order], period[order]
    begins = np.ones(len(kpi), dtype=bool)
    begins[1:] = (kpi[1:] != kpi[:-1]) | (period[1:] - period[:-1] > GAP)
    heads = np.flatnonzero(begins)
    tails = np.append(heads[1:], len(kpi))[: len(heads)] - 1
    return pd.DataFrame({"kpi_id": kpi[heads], "first_day": period[heads], "last_day": period[tails]})


def _ascending(kpi: NDArray[np.int64], period: NDArray[np.int64]) -> bool:
    later = (kpi[1:] > kpi[:-1]) | ((kpi[1:] == kpi[:-1]) & (period[1:] >= period[:-1]))
    return bool(later.all())


def scan(connection: Connection, pairs: pd.DataFrame) -> pd.DataFrame:
    """All actuals in the ranges `pairs` (kpi_id, first_day, last_day; both ends included), ascending by key.

    Returns kpi_id, period, segment_id and FIELDS.
    """
    wanted = ranges(pairs, "first_day", "last_day")
    kpi, first, last = (column.tolist() for column in wanted.values())
    on_sqlite = connection.dialect.name == "sqlite"
    blocks = list((_sqlite if on_sqlite else _postgresql)(connection, kpi, first, last))
    owners = [owner for owner, _ in blocks]
    counts = [len(block) for _, block in blocks]
    found = np.concatenate([np.empty(0, _PACKED), *(block for _, block in blocks)])
    plain = _frame(np.repeat(np.array(owners, np.int64), counts), found["key"], found["value"])
    rest = _others(connection, kpi, first, last)
    if rest.empty:
        return plain
    whole = pd.concat([plain, rest], ignore_index=True) if len(plain) else rest
    return whole.sort_values(["kpi_id", "period", "segment_id"], ignore_index=True)


def _sqlite(
    connection: Connection, kpi: list[int], first: list[int], last: list[int]
) -> Iterator[tuple[int, NDArray[np.void]]]:
    driver = driver_of(connection)
    for one in zip(kpi, first, last, strict=True):
        yield one[0], np.fromiter(driver.execute(_SQLITE, one), _PACKED)


def _postgresql(
    connection: Connection, kpi: list[int], first: list[int], last: list[int]
) -> Iterator[tuple[int, NDArray[np.void]]]:
    for number, keys, values in connection.execute(text(_POSTGRESQL), _given(kpi, first, last)):
        block = np.empty(len(keys) // 8, _PACKED)
        block["key"], block["value"] = np.frombuffer(keys, ">i8"), np.frombuffer(values, ">f8")
        order = np.argsort(block["key"], kind="stable")
        yield number, block[order]


def _given(kpi: list[int], first: list[int], last: list[int]) -> dict[str, object]:
    low, high = min(first, default=0), max(last, default=-1)
    return {"kpi": kpi, "first": first, "last": last, "low": low, "high": high}


def _others(connection: Connection, kpi: list[int], first: list[int], last: list[int]) -> pd.DataFrame:
    """The actuals that are more, or less, than a value."""
    if connection.dialect.name != "sqlite":
        blocks = connection.execute(text(_OTHERS_POSTGRESQL), _given(kpi, first, last))
        lists = [([owner] * len(keys), keys, *fields) for owner, keys, *fields in blocks]
        columns = [list(chain.from_iterable(parts)) for parts in zip(*lists, strict=True)]
    else:
        driver = driver_of(connection)
        each = zip(kpi, first, last, strict=True)
        rows = ((one[0], *row) for one in each for row in driver.execute(_OTHERS, one))
        columns = [list(column) for column in zip(*rows, strict=True)]
    if not columns:
        return _frame(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    owner, key, *fields = columns
    told = dict(zip(FIELDS, fields, strict=True))
    arrays = {name: array(values, FIELDS[name]) for name, values in told.items()}
    return _frame(np.array(owner, np.int64), np.array(key, np.int64), arrays.pop("value")).assign(**arrays)


def _frame(kpi: NDArray[np.int64], key: NDArray[np.int64], value: NDArray[np.float64]) -> pd.DataFrame:
    nothing = np.full(len(key), np.nan)
    columns = {
        "kpi_id": kpi,
        "period": key >> 32,
        "segment_id": key & 0xFFFFFFFF,
        "value": np.ascontiguousarray(value),
        "numerator": nothing,
        "denominator": nothing.copy(),
        "note": np.full(len(key), None, dtype=object),
    }
    return pd.DataFrame(columns, copy=False)
