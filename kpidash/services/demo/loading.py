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
from kpidash.store import users
from kpidash.store.engine import Database

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
    """Bring the database to the demo company as of a day (default: today); data reach the day before."""
    scope.require(Capability.DEFINE)
    initialise(database)
    day = as_of or datetime.now(ZoneInfo(DEMO_TIMEZONE)).date()
    apply_catalogue(database, scope, demo_catalogue(day).encode(), dry_run=False, prune=False)
    with database.write() as connection:
        for person in demo_users():
            number = users.add(connection, person.email, person.name)
            for role, department in person.grants:
                users.grant(connection, number, Grant(Role(role), department))
    content = demo_actuals(day).to_csv(index=False).encode()
    receipt = uploads.ingest(database, scope, f"demo-{day}.csv", content, today=day)
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
