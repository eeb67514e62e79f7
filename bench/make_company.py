"""Companies by size: `python -m bench.make_company S|M|L|XL URL [--kpis N]`.

| size | KPIs | actuals |
|---|---|---|
| S | 60 | 100 thousand |
| M | 500 | 1 million |
| L | 1,000 | 10 million |
| XL | 2,000 | 36 million |

Three years to 14 October 2026. What a larger company has more of, beside KPIs, is segments of its daily KPIs.
With `--kpis` the same number of actuals is that of other many KPIs (a multiple of 20). The numbers are
committed as uploads are, with their rollups; the same size has the same numbers always.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from bench.company_model import AS_OF, FIRST, FISCAL_YEAR_START, IN_DEPARTMENT, KINDS, catalogue
from kpidash.domain.calendars import Calendar, day_number
from kpidash.domain.catalogue import Aggregation
from kpidash.domain.period import Frequency
from kpidash.ingest.commit import Batch, commit
from kpidash.ingest.diff import ChangeSet
from kpidash.ingest.layout import Kind
from kpidash.services.access import system_user
from kpidash.services.database import Database
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import segments

AT_A_TIME = 1_000_000
"""Actuals in one upload, about; those of one KPI stay together."""
REGIONS = ("East", "North", "South", "West")


@dataclass(frozen=True)
class Size:
    """How large a company is; KPIs in twenties."""

    kpis: int
    actuals: int

    @cached_property
    def calendars(self) -> dict[Frequency, Calendar]:
        """The periods that have an actual, by frequency."""
        first, last = day_number(FIRST), day_number(AS_OF)
        every = {one: Calendar.between(first, last, one, FISCAL_YEAR_START) for one in Frequency}
        return {one: calendar.where(calendar.ends <= last) for one, calendar in every.items()}

    def segments_of(self, number: int) -> int:
        """How many segments the KPI has: the daily ones as many as make up the number of actuals."""
        kind = KINDS[number % IN_DEPARTMENT]
        if kind.dimensions != ("product", "region"):
            return len(REGIONS) if kind.dimensions else 1
        whole, rest = divmod(self._of_daily, len(self.calendars[Frequency.DAILY]) * self._daily)
        extra = rest / (len(self.calendars[Frequency.DAILY]) * self._daily)
        return whole + int((number + 1) * extra) - int(number * extra)

    @cached_property
    def _daily(self) -> int:
        return self.kpis // IN_DEPARTMENT * sum(kind.frequency is Frequency.DAILY for kind in KINDS)

    @cached_property
    def _of_daily(self) -> int:
        others = [kind for kind in KINDS if kind.frequency is not Frequency.DAILY and not kind.formula]
        each = sum(
            len(self.calendars[kind.frequency]) * (len(REGIONS) if kind.dimensions else 1) for kind in others
        )
        return self.actuals - self.kpis // IN_DEPARTMENT * each


SIZES = {
    "S": Size(60, 100_000),
    "M": Size(500, 1_000_000),
    "L": Size(1_000, 10_000_000),
    "XL": Size(2_000, 36_000_000),
}


def make(database: Database, size: Size) -> int:
    """Fill an empty database with a company; returns the number of actuals."""
    database.upgrade()
    with database.write() as connection:
        stored_catalogue.save(connection, catalogue(size.kpis), actor="bench")
        ids = stored_catalogue.load(connection).ids
        most = max(size.segments_of(number) for number in range(size.kpis))
        places = [{"product": f"P{at // 4:03d}", "region": REGIONS[at % 4]} for at in range(most)]
        keys = [json.dumps(place, sort_keys=True, separators=(",", ":")) for place in places]
        regions = [json.dumps({"region": one}, separators=(",", ":")) for one in REGIONS]
        found = segments.ids(connection, [*keys, *regions])
    known = {
        (): np.array([segments.NONE]),
        ("region",): np.array([found[key] for key in regions]),
        ("product", "region"): np.array([found[key] for key in keys]),
    }
    total = 0
    for part, rows in enumerate(_parts(size, [ids[code] for code in sorted(ids)], known)):
        total += len(rows)
        with database.write() as connection:
            nothing = rows.iloc[:0]
            changes = ChangeSet(rows, nothing.assign(**{f"old_{name}": 0.0 for name in _VALUES}), nothing, 0)
            revision = database.revision()
            batch = Batch(
                kind=Kind.ACTUALS, scope=system_user("bench"), file_name=f"part-{part}.csv",
                digest=f"{part:064x}", rows=len(rows), idempotency_key=f"part-{part}", revision=revision,
            )  # fmt: skip
            commit(connection, changes, batch)
    return total


_VALUES = ("value", "numerator", "denominator", "note")


def _parts(size: Size, ids: list[int], known: dict[tuple[str, ...], np.ndarray]) -> Iterator[pd.DataFrame]:
    """The rows of some KPIs at a time, ascending by key."""
    waiting: list[pd.DataFrame] = []
    for number, kpi_id in enumerate(ids):
        kind = KINDS[number % IN_DEPARTMENT]
        if kind.formula is None:
            segment = np.sort(known[kind.dimensions][: size.segments_of(number)])
            waiting.append(_rows(size, number, kpi_id, segment))
        if sum(map(len, waiting)) >= AT_A_TIME or number == len(ids) - 1:
            rows = pd.concat(waiting, ignore_index=True)
            yield rows.assign(note=None, row=np.arange(2, len(rows) + 2))
            waiting = []


def _rows(size: Size, number: int, kpi_id: int, segment: np.ndarray) -> pd.DataFrame:
    """All actuals of one KPI: around its level, with a slow wave, growth and noise."""
    kind = KINDS[number % IN_DEPARTMENT]
    starts = size.calendars[kind.frequency].starts
    random = np.random.default_rng([number, 7])
    days = starts - starts[0]
    course = 1 + 0.04 * np.sin(days / 58 + number) + 0.03 * days / 365
    noise = random.normal(1.0, 0.05, (len(starts), len(segment)))
    level = kind.level * course[:, np.newaxis] * noise
    shared = kind.aggregation in {Aggregation.SUM, Aggregation.LAST}
    each = (level / len(segment) if shared else level).round(2).ravel()
    count = each.size
    value = np.full(count, np.nan)
    numerator, denominator = value.copy(), value.copy()
    if kind.percent:
        denominator = random.integers(50, 500, count).astype(np.float64)
        numerator = np.minimum((each / 100 * denominator).round(), denominator)
    else:
        value = each
    return pd.DataFrame(
        {
            "kpi_id": np.full(count, kpi_id, np.int64),
            "period": np.repeat(starts, len(segment)),
            "segment_id": np.tile(segment.astype(np.int64), len(starts)),
            "value": value,
            "numerator": numerator,
            "denominator": denominator,
        }
    )


def main() -> None:
    """Make one company."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("url", help="an empty database: sqlite:///file.db or postgresql://…")
    parser.add_argument("--kpis", type=int)
    given = parser.parse_args()
    size = SIZES[given.size]
    if given.kpis:
        size = Size(given.kpis, size.actuals)
    database = Database(given.url)
    start = time.perf_counter()
    count = make(database, size)
    print(f"{size.kpis} KPIs, {count:,} actuals in {time.perf_counter() - start:.1f} s")
    database.dispose()


if __name__ == "__main__":
    main()
