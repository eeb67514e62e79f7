"""Goalposts: targets that were others before, and who moved them when."""

from dataclasses import dataclass
from datetime import date

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import PeriodTarget, Trajectory
from kpidash.services.lineage import seen
from kpidash.services.upload_history import Past
from kpidash.store import past_uploads, targets
from kpidash.store.engine import Database

Target = PeriodTarget | Trajectory


@dataclass(frozen=True, slots=True)
class Goalpost:
    """A target as it `was`, from the upload that gave it until the one that put `now` in its place (None:
    took it away).
    """

    was: Target
    now: Target | None
    given: Past
    until: Past

    @property
    def begins(self) -> date:
        """The first day of what it was the target of."""
        return self.was.begins if isinstance(self.was, Trajectory) else self.was.period.start


def goalposts(database: Database, scope: Scope, code: str) -> list[Goalpost]:
    """Every move of the KPI's targets, the latest first; raises NotThere as `services.kpis.detail` does."""
    scope.require(Capability.READ)
    with database.read() as connection:
        company, _ = seen(connection, scope, code)
        moves = targets.moved(connection, int(company.ids[company.book.number[code]]))
        named = {number for *_, source, until in moves for number in (source, until)}
        past = {one.id: Past(one) for one in past_uploads.of(connection, named)}
    return [Goalpost(was, now, past[source], past[until]) for was, now, source, until in reversed(moves)]
