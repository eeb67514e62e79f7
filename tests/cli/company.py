"""A small company at the command line: its catalogue, its people, and all that its database holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kpidash.domain.access import Grant, Role
from kpidash.store import tables, users
from kpidash.store.engine import Database
from tests.cli.run import Outcome, run

CATALOGUE = """\
company: {name: Small, currency: INR, locale: en_IN, timezone: Asia/Kolkata, fiscal_year_start: 4}
departments:
  - {code: sales, name: Sales, head: sales.head@example.com}
  - {code: metros, name: Metro sales, parent: sales, weight: 2}
  - {code: service, name: Customer service, head: service.head@example.com}
kras:
  - {code: growth, department: sales, name: Growth}
  - {code: reach, department: metros, name: Reach}
  - {code: care, department: service, name: Care}
kpis:
  - code: revenue
    kra: growth
    name: Revenue
    unit: currency
    direction: increase
    frequency: monthly
    aggregation: sum
    dimensions: [region]
    targets: [{period: FY2026, value: 1200}]
  - {code: cost, kra: care, name: Cost of service, unit: currency, direction: decrease, frequency: monthly,
     aggregation: sum, targets: [{period: FY2026, value: 600}]}
  - {code: margin, kra: growth, name: Margin, unit: currency, direction: increase, frequency: monthly,
     aggregation: sum, formula: "{revenue} - {cost}"}
  - {code: visits, kra: reach, name: Visits, unit: number, direction: increase, frequency: daily,
     aggregation: sum, targets: [{period: 2026-10, value: 310}]}
  - {code: csat, kra: care, name: Satisfaction, unit: percent, direction: increase, frequency: daily,
     aggregation: ratio, dimensions: [region, client], targets: [{period: FY2026, value: 90}]}
  - {code: handle-time, kra: care, name: Handle time, unit: duration, direction: maintain, frequency: weekly,
     aggregation: mean, targets: [{period: FY2026, low: 200, high: 300}]}
"""
OTHERS = (
    "service",
    "Customer service",
    "care",
    "Care",
    "cost",
    "csat",
    "Satisfaction",
    "handle-time",
    "Handle time",
)
"""What the head of sales must never read."""

HEAD, ANALYST = "sales.head@example.com", "sales.analyst@example.com"


@dataclass(frozen=True)
class CommandLine:
    """`kpidash` on one database."""

    url: str
    folder: Path

    def __call__(self, *arguments: str) -> Outcome:
        return run(*arguments, "--database-url", self.url)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The document that a command answers with; the exit code must be `code`."""
        outcome = self(*arguments, "--json")
        assert outcome.code == code, outcome
        return outcome.json

    def file(self, text: str | bytes, name: str = "file.csv") -> str:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def ingest(self, text: str | bytes, *options: str, code: int = 0) -> Any:
        """What `ingest --json` answers for a file with this content."""
        return self.json("ingest", self.file(text), *options, code=code)

    def apply(self, text: str, *options: str, code: int = 0) -> Any:
        """What `catalogue apply --json` answers for a file with this content."""
        return self.json("catalogue", "apply", self.file(text, "catalogue.yaml"), *options, code=code)

    def everything(self, *but: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, except the tables `but`."""
        database = Database(self.url)
        with database.read() as connection:
            found = {
                name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for name, table in tables.metadata.tables.items()
                if name not in but
            }
        database.dispose()
        return found

    def hire(self, address: str, role: Role, department: str | None = None) -> None:
        """Give somebody a role."""
        database = Database(self.url)
        with database.write() as connection:
            users.grant(connection, users.add(connection, address, address), Grant(role, department))
        database.dispose()
