"""What happened: the notes that people gave with the values of a KPI."""

from dataclasses import dataclass
from datetime import date

from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import day_number, day_of
from kpidash.services.lineage import seen
from kpidash.store import actuals
from kpidash.store.engine import Database

MOST = 200
"""Notes that are told, the latest."""


@dataclass(frozen=True, slots=True)
class Event:
    """The first day of a native period, and what was noted of it."""

    day: date
    text: str


def events(database: Database, scope: Scope, code: str, *, since: date) -> list[Event]:
    """The notes of a KPI from a day on, the latest first, the same of one period once; raises NotThere as
    `services.kpis.detail` does.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company, _ = seen(connection, scope, code)
        number = int(company.ids[company.book.number[code]])
        found = actuals.notes(connection, number, day_number(since), MOST)
    return [Event(day_of(day), text) for day, text in dict.fromkeys(found)]
