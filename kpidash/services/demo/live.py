"""The contact centre of the demo company at work: new actuals every moment, so that screens move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from kpidash.domain.access import Scope
from kpidash.services import uploads
from kpidash.services.company import open_company
from kpidash.store.engine import Database

REGIONS = ("North", "South", "West")
CLIENT = "Acme Retail"
SECONDS = 340.0
"""What a call takes, about; each differs by up to a half."""
IN_TIME = 0.86
"""The share of calls that are answered within the time agreed, about."""
_HEAD = "kpi,period,region,client,numerator,denominator"


@dataclass
class _Calls:
    """The calls of one region today: how many, their seconds, and how many were answered in time."""

    count: int = 0
    seconds: float = 0.0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """What one moment brought: the region, its calls so far today, and the upload."""

    region: str
    calls: int
    upload_id: str


def feed(database: Database, scope: Scope, *, today: date | None = None, seed: int = 7) -> Iterator[Tick]:
    """Upload today's handle time and service level of a region, then of another, for as long as it is asked.

    Each upload replaces the region's totals of today by those with some more calls.
    """
    with database.read() as connection:
        day = today or open_company(connection).today()
    chance, centres = Random(seed), {region: _Calls() for region in REGIONS}  # noqa: S311 - no secret
    while True:
        region = chance.choice(REGIONS)
        calls = centres[region]
        for _ in range(chance.randint(8, 40)):
            calls.count += 1
            calls.seconds += round(SECONDS * chance.uniform(0.5, 1.5))
            calls.in_time += chance.random() < IN_TIME
        place = f"{day},{region},{CLIENT}"
        rows = (
            _HEAD,
            f"handle-time,{place},{calls.seconds:.0f},{calls.count}",
            f"service-level,{place},{calls.in_time},{calls.count}",
        )
        receipt = uploads.ingest(
            database, scope, f"contact centre {region} {calls.count}.csv", "\n".join(rows).encode(), today=day
        )
        yield Tick(region, calls.count, str(receipt.upload_id))
