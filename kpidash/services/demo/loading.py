"""Loading the demo company: definitions, people and actuals up to yesterday; safe to repeat."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kpidash.domain.access import Capability, Grant, Role, Scope
from kpidash.services import uploads
from kpidash.services.catalogues import apply_catalogue
from kpidash.services.company import open_company
from kpidash.services.database import initialise
from kpidash.services.demo_data import demo_actuals, demo_catalogue, demo_users
from kpidash.services.errors import Standing, WrongQuestion
from kpidash.services.scorecards import YEARS
from kpidash.store import audit, users
from kpidash.store.engine import Connection, Database

DEMO_TIMEZONE = "Asia/Kolkata"


@dataclass(frozen=True)
class LoadedDemo:
    """What stands in the database now; `rows` counts the actuals that this load added or changed."""

    company: str
    departments: int
    kras: int
    kpis: int
    rows: int
    through: date

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "company": self.company,
            "departments": self.departments,
            "kras": self.kras,
            "kpis": self.kpis,
            "rows": self.rows,
            "through": self.through.isoformat(),
        }


def load_demo(database: Database, scope: Scope, *, as_of: date | None = None) -> LoadedDemo:
    """Bring the database to the demo company as of a day (default: today); data reach the day before.

    Raises Standing where the database holds something else under the same codes.
    """
    for needed in (Capability.DEFINE, Capability.MANAGE_USERS, Capability.UPLOAD):
        scope.require(needed)
    day = as_of or datetime.now(ZoneInfo(DEMO_TIMEZONE)).date()
    if day.year not in YEARS:
        raise WrongQuestion(f"there is no demo as of {day}; use a day of the years {YEARS[0]} to {YEARS[-1]}")
    initialise(database)
    applied = apply_catalogue(database, scope, demo_catalogue(day).encode(), dry_run=False, prune=False)
    if applied.problems:
        raise Standing(f"the demo does not go with what this database holds: {applied.problems[0].message}")
    with database.write() as connection:
        _hire(connection, scope)
    content = demo_actuals(day).to_csv(index=False).encode()
    receipt = uploads.ingest(database, scope, f"demo-{day}.csv", content, today=day)
    if receipt.state == "refused":
        raise Standing(f"the demo does not go with what this database holds: {receipt.in_words()}")
    with database.read() as connection:
        catalogue = open_company(connection).catalogue
    return LoadedDemo(
        company=catalogue.company.name,
        departments=len(catalogue.departments),
        kras=len(catalogue.kras),
        kpis=len(catalogue.kpis),
        rows=receipt.added + receipt.changed,
        through=day - timedelta(days=1),
    )


def _hire(connection: Connection, scope: Scope) -> None:
    """Add the people of the demo and their roles where they are missing; what is there is not touched."""
    known = {person.email: person for person in users.everyone(connection)}
    for person in demo_users():
        found = known.get(person.email)
        if found is None or found.name != person.name:
            number = users.add(connection, person.email, person.name)
            detail = {"before": {"name": found.name} if found else None, "after": {"name": person.name}}
            action = "user.rename" if found else "user.add"
            audit.record(connection, scope, action=action, subject=person.email, detail=detail)
        else:
            number = found.id
        for role, department in person.grants:
            if users.grant(connection, number, Grant(Role(role), department)):
                given = {"role": str(role), "department": department}
                audit.record(
                    connection, scope, action="user.grant", subject=person.email, detail={"after": given}
                )
