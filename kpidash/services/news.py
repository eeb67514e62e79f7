"""What happened since a person last looked: statuses that turned, values restated, targets set."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kpidash.domain.access import Capability, Scope
from kpidash.domain.definitions import Company
from kpidash.services.overview import Turn, turns
from kpidash.services.scorecards import scorecard
from kpidash.store import catalogue, looks, restating
from kpidash.store.engine import Database


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a moment, of the KPIs in scope: statuses that turned, the most urgent first, and by
    code how many values were restated and how many targets set, the most first.
    """

    since: datetime
    turned: list[Turn]
    restated: dict[str, int]
    targets: dict[str, int]

    def __bool__(self) -> bool:
        """Whether there is anything new."""
        return bool(self.turned or self.restated or self.targets)


def last_look(database: Database, scope: Scope, *, at: datetime | None = None) -> datetime | None:
    """When the person last looked (UTC) before the visit of now or `at`, None for the first one.

    A visit goes on until nothing is looked at for half an hour, in whatever tabs.
    """
    with database.read() as connection:
        return looks.before(connection, scope.actor, at or datetime.now(UTC))


def looked(database: Database, scope: Scope, *, at: datetime | None = None) -> None:
    """Note that the person looks now; on SQLite it waits for uploads that are just being written."""
    with database.write(quiet=True) as connection:
        looks.note(connection, scope.actor, at or datetime.now(UTC))


def news(
    database: Database,
    scope: Scope,
    since: datetime,
    *,
    window: str | None = None,
    as_of: date | None = None,
    before: str | None = None,
) -> News:
    """What is new since a moment (with its time zone), in a window as of a day.

    It is compared with the window `before` (by default the same) as it was known at that moment, seen from
    that day where it is earlier.
    """
    scope.require(Capability.READ)
    now = scorecard(database, scope, window=window, as_of=as_of)
    with database.read() as connection:
        stored = catalogue.load(connection)
        changed, aims = restating.restated(connection, since), restating.targets_set(connection, since)
    day = min(day_of(since, stored.catalogue.company), now.as_of)
    then = scorecard(database, scope, window=before or window, as_of=day, known_at=since)
    codes = {number: code for code, number in stored.ids.items()}
    seen = frozenset(now.kpis["code"].tolist())
    return News(since, turns(then, now), _named(changed, codes, seen), _named(aims, codes, seen))


def day_of(moment: datetime, company: Company) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(ZoneInfo(company.timezone)).date()


def _named(found: dict[int, int], codes: dict[int, str], seen: frozenset[str]) -> dict[str, int]:
    named = [(codes[number], values) for number, values in found.items() if codes.get(number) in seen]
    return dict(sorted(named, key=lambda one: (-one[1], one[0])))
