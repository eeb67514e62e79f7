"""A small company in two halves, harbour and lagoon, and people of each role in the harbour alone.

Nothing of the lagoon, neither a name nor a value, looks like anything of the harbour, so that it is found
wherever it turns up. `meadow` is a department that does not exist: what is asked of it tells how the lagoon
has to look to those who have no business there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from kpidash.domain.access import Grant, Role, Scope, scope_of, system_scope
from kpidash.domain.period import add_months
from kpidash.services import access, people, sessions, tokens, uploads
from kpidash.services.catalogues import apply_catalogue
from kpidash.services.database import Database
from kpidash.services.past_uploads import Asked, listed
from kpidash.store import audit, catalogue, users

ROOT = system_scope("root")
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
MONTHS = tuple(f"{add_months(TODAY.replace(day=1), -back):%Y-%m}" for back in range(5))
"""This month and those before it."""
SCOPED = {
    "executive": Role.EXECUTIVE,
    "head": None,  # by the catalogue
    "analyst": Role.ANALYST,
    "administrator": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "viewer": Role.VIEWER,
}
"""The people of the harbour, by their role."""
WHOLE = {"root": Role.ADMINISTRATOR, "inspector": Role.AUDITOR}
"""People with a role on the whole company."""
ROLES = (*SCOPED, "nobody", *WHOLE)
"""Everybody of the matrix; nobody is known to the company and has no role."""
_OTHERS = {
    "harbour.clerk": Grant(Role.ANALYST, "harbour"),
    "lagoon.clerk": Grant(Role.ANALYST, "lagoon"),
    "both": Grant(Role.ANALYST),
}

CATALOGUE = f"""\
company: {{name: Compass, currency: EUR, locale: en_US, timezone: Europe/Berlin, fiscal_year_start: 1}}
departments:
  - {{code: harbour, name: Harbour house, head: head@example.com}}
  - {{code: lagoon, name: Lagoon house, head: lagoon.head@example.com}}
kras:
  - {{code: harbour-care, department: harbour, name: Harbour care, owner: head@example.com}}
  - {{code: lagoon-care, department: lagoon, name: Lagoon care, owner: lagoon.head@example.com}}
kpis:
  - {{code: harbour-sales, kra: harbour-care, name: Sales up here, unit: currency, decimals: 2,
     direction: increase, frequency: monthly, aggregation: sum, dimensions: [region],
     owner: analyst@example.com,
     targets: [{{period: {MONTHS[1]}, value: 112.47}}, {{period: {MONTHS[0]}, value: 113.47}}]}}
  - {{code: harbour-calls, kra: harbour-care, name: Calls up here, unit: number, direction: increase,
     frequency: daily, aggregation: sum}}
  - {{code: harbour-share, kra: harbour-care, name: Share of the whole, unit: number, decimals: 2,
     direction: increase, frequency: monthly, aggregation: sum,
     formula: "{{harbour-sales}} - {{lagoon-cost}}"}}
  - {{code: lagoon-calls, kra: lagoon-care, name: Hushed calls, unit: number, direction: increase,
     frequency: daily, aggregation: sum, dimensions: [lagoon]}}
  - {{code: lagoon-cost, kra: lagoon-care, name: Hushmoney, unit: currency, decimals: 2, direction: decrease,
     frequency: monthly, aggregation: sum, dimensions: [region], owner: lagoon.clerk@example.com,
     parent: harbour-sales,
     targets: [{{period: {MONTHS[1]}, value: 912.47}}, {{period: {MONTHS[0]}, value: 913.47}}]}}
"""
SECRETS = (
    "lagoon", "hush", "secretland", "whisper", "867.53", "878.64", "889.75", "912.47", "913.47", "914.47",
)  # fmt: skip
"""What nobody of the harbour may read, in small letters."""
_HARBOUR = f"""\
kpi,period,region,value,note
harbour-sales,{MONTHS[1]},Ourland,101.25,plain
harbour-sales,{MONTHS[2]},Ourland,102.25,
"""
_LAGOON = f"""\
kpi,period,region,value,note
lagoon-cost,{MONTHS[1]},Secretland,867.53,whisper
lagoon-cost,{MONTHS[2]},Secretland,878.64,
"""
_BOTH = f"""\
kpi,period,region,value
harbour-sales,{MONTHS[3]},Ourland,103.25
lagoon-cost,{MONTHS[3]},Secretland,878.64
"""
_LATER = f"kpi,period,region,value\nlagoon-cost,{MONTHS[3]},Secretland,889.75\n"


@dataclass(frozen=True)
class Place:
    """A department as people ask for it: its code, KPI, KRA, region, one of its people and uploads."""

    department: str
    kpi: str
    kra: str
    region: str
    clerk: str
    upload: int
    entry: int

    @property
    def given(self) -> tuple[str, ...]:
        """What whoever asks for it has said already."""
        return self.kpi, self.kra, self.clerk, self.region, self.department

    def file(self, value: float = 333.25, month: str = MONTHS[0]) -> bytes:
        """A file with one value of its KPI, which names nothing else."""
        return f"kpi,period,region,value\n{self.kpi},{month},{self.region},{value}\n".encode()


@dataclass(frozen=True)
class Company:
    """The company: its halves, and the upload that changed both."""

    database: Database
    harbour: Place
    lagoon: Place
    meadow: Place
    both: int

    def scope(self, role: str) -> Scope:
        """What somebody may do; that of nobody holds nothing."""
        if role == "nobody":
            with self.database.read() as connection:
                return scope_of(email(role), (), catalogue.load(connection).catalogue)
        return access.sign_in(self.database, email(role), origin="192.0.2.7")


def email(role: str) -> str:
    """The address of a person."""
    return f"{role}@example.com"


def founded(database: Database) -> None:
    """Fill an empty database."""
    applied = apply_catalogue(database, ROOT, CATALOGUE.encode(), dry_run=False, prune=False)
    assert applied.state == "applied", applied
    for role, given in _grants().items():
        people.add(database, ROOT, email(role), name=f"{role.title()} Person")
        if given is not None:
            people.grant(database, ROOT, email(role), given)
    for role, name, content in (
        ("harbour.clerk", "harbour.csv", _HARBOUR),
        ("lagoon.clerk", "lagoon.csv", _LAGOON),
        ("both", "both.csv", _BOTH),
        ("lagoon.clerk", "lagoon-later.csv", _LATER),
    ):
        done = uploads.ingest(database, access.sign_in(database, email(role)), name, content.encode())
        assert done.state == "committed", done


def _grants() -> dict[str, Grant | None]:
    scoped = {role: None if given is None else Grant(given, "harbour") for role, given in SCOPED.items()}
    whole = {role: Grant(given) for role, given in WHOLE.items()}
    return {**scoped, **whole, **_OTHERS, "nobody": None}


def company_of(database: Database) -> Company:
    """The company in a database that `founded` filled."""
    known = {one.upload.file_name: one.upload.id for one in listed(database, ROOT, Asked()).past}
    with database.read() as connection:
        entries = {one.detail.get("file"): one.sequence for one in audit.recent(connection)}
    places = [
        Place(
            department=code,
            kpi=kpi,
            kra=f"{code}-care",
            region=region,
            clerk=f"{code}.clerk@example.com",
            upload=known.get(f"{code}.csv", 4711),
            entry=entries.get(f"{code}.csv", 4711),
        )
        for code, kpi, region in (
            ("harbour", "harbour-sales", "Ourland"),
            ("lagoon", "lagoon-cost", "Secretland"),
            ("meadow", "meadow-cost", "Meadowland"),
        )
    ]
    harbour, lagoon, meadow = places
    return Company(database, harbour, lagoon, meadow, known["both.csv"])


def session_of(company: Company, role: str) -> sessions.Begun:
    """A session of a person."""
    found = email(role)
    return sessions.begin(company.database, found, method="password", address="192.0.2.7", agent="Firefox")


def token_of(company: Company, role: str) -> str | None:
    """A token with all that a person may do; None for who may do nothing."""
    scope = company.scope(role)
    held = [capability.value for capability, *_ in scope.held]
    return tokens.make(company.database, scope, "all", capabilities=held).secret if held else None


def give(company: Company, role: str, *grants: Grant) -> Callable[[], None]:
    """Give a person these grants and take all others; the way back."""
    with company.database.write() as connection:
        person = users.find(connection, email(role))
        assert person
        for one in person.grants:
            users.revoke(connection, person.id, one)
        for one in grants:
            users.grant(connection, person.id, one)
    return lambda: void(give(company, role, *person.grants))


def void(_: object) -> None:
    """Nothing."""
