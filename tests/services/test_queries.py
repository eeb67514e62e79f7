"""A screen asks the database the same number of questions, however many KPIs the company has."""

import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event

from kpidash.domain.access import Grant, Role, system_scope
from kpidash.domain.catalogue import Aggregation, Catalogue, Company, Department, Direction, Kpi, Kra, Unit
from kpidash.domain.definitions import PeriodTarget
from kpidash.domain.period import Frequency, parse_period
from kpidash.services import (
    access,
    catalogues,
    health,
    kpis,
    lineage,
    news,
    overview,
    scorecards,
    scored,
    segments,
)
from kpidash.services import uploads as services_uploads
from kpidash.store import catalogue, users

ANNA = system_scope("anna")
TODAY = date(2026, 10, 15)
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][: 12 + 9]
DAYS = [f"2026-{month:02d}-{day:02d}" for month in (9, 10) for day in range(1, 15)]
FEW, MANY = 5, 60


def kpi(number):
    """One of five kinds, which follow each other."""
    code, first = f"kpi-{number:03d}", number - number % 5
    year = parse_period("FY2026")
    target = PeriodTarget(period=year, value=1200.0)
    kinds = (
        {"frequency": Frequency.DAILY, "dimensions": ("region",), "targets": (target,)},
        {"aggregation": Aggregation.RATIO, "frequency": Frequency.DAILY, "dimensions": ("region", "client")},
        {"targets": (PeriodTarget(period=year, value=1200.0, phasing="last_year"),)},
        {"formula": f"{{kpi-{first + 2:03d}}} / {{kpi-{first:03d}}}"},
        {"formula": f"{{kpi-{first + 2:03d}}} / year_ago({{kpi-{first + 2:03d}}})"},
    )
    given = {
        "unit": Unit.NUMBER,
        "direction": Direction.INCREASE,
        "frequency": Frequency.MONTHLY,
        "aggregation": Aggregation.SUM,
    }
    return Kpi(code=code, name=code, kra="kra", **(given | kinds[number % 5]))


def company(count):
    return Catalogue(
        company=Company(name="Meridian"),
        departments=(
            Department(code="all", name="All"),
            Department(code="sales", name="Sales", parent="all"),
        ),
        kras=(Kra(code="kra", department="sales", name="Growth"),),
        kpis=tuple(kpi(number) for number in range(count)),
    )


def rows(count):
    yield "kpi,period,value,numerator,denominator,region,client"
    for first in range(0, count, 5):
        for day in DAYS:
            yield from (f"kpi-{first:03d},{day},{3 + first},,,{region}," for region in ("North", "South"))
            yield f"kpi-{first + 1:03d},{day},,9,10,North,Acme"
        yield from (f"kpi-{first + 2:03d},{month},100,,,," for month in MONTHS)


def fill(database, count):
    with database.write() as connection:
        catalogue.save(connection, company(count), actor="anna")
        users.grant(connection, users.add(connection, "vera@example.com", "Vera"), Grant(Role.VIEWER, None))
    content = "\n".join(rows(count)).encode()
    receipt = services_uploads.ingest(database, ANNA, "file.csv", content, today=TODAY)
    assert receipt.state == "committed", receipt.in_words()


def signed_in(database):
    scope = access.sign_in(database, "vera@example.com")
    access.personas(database)
    catalogues.catalogue(database, scope)
    return scope


def cards(database, scope, window="ytd"):
    card = scorecards.scorecard(database, scope, window=window, as_of=TODAY)
    before = overview.comparison(card.window, TODAY, 1)
    scorecards.scorecard(database, scope, window=before.window, as_of=before.as_of)
    assert len(card.kpis) in {FEW, MANY}


def company_screen(database):
    scope = signed_in(database)
    cards(database, scope)
    scorecards.lines(database, scope, as_of=TODAY)
    news.news(database, scope, datetime(2026, 1, 1, tzinfo=UTC), window="ytd", as_of=TODAY)


def department_screen(database):
    scope = signed_in(database)
    cards(database, scope, "2026-10")
    scorecards.lines(database, scope, as_of=TODAY)
    found = segments.by_dimension(database, scope, "sales", "region", window="ytd", as_of=TODAY)
    assert len(found) in {FEW * 2 // 5, MANY * 2 // 5}


def kpi_screen(database):
    scope = signed_in(database)
    found = kpis.detail(database, scope, "kpi-001", window="ytd", as_of=TODAY)
    assert list(found.segments) == ["region", "client"]
    kpis.detail(database, scope, "kpi-004", window="ytd", as_of=TODAY)
    segments.segment(database, scope, "kpi-001", "region", "North", window="ytd", as_of=TODAY)
    lineage.uploads_of(database, scope, "kpi-001")
    lineage.point(database, scope, "kpi-001", "2026-10-14", today=TODAY)


def scorecard_screen(database):
    scope = signed_in(database)
    cards(database, scope, "r12")
    scorecards.lines(database, scope, as_of=TODAY)


def health_screen(database):
    health.health(database, signed_in(database))


SCREENS = [company_screen, department_screen, kpi_screen, scorecard_screen, health_screen]


@contextmanager
def statements():
    """The statements that this thread executes meanwhile; those of watchers of other tests are not meant."""
    seen, here = [], threading.get_ident()

    def note(_connection, _cursor, statement, *_rest):
        if threading.get_ident() == here:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def asked(database, screen):
    """How many statements a screen executes at first, and when nothing has changed since."""
    counts = []
    for _ in range(2):
        with statements() as seen:
            screen(database)
        counts.append(len(seen))
    return counts


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql", "pretended"], indirect=True)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_the_number_of_queries_does_not_depend_on_the_number_of_kpis(database, screen):
    fill(database, FEW)
    catalogue.remembered.forget()
    scored.forget()
    health.forget()
    kpis.forget()
    segments.forget()
    few = asked(database, screen)
    fill(database, MANY)
    catalogue.remembered.forget()
    scored.forget()
    health.forget()
    kpis.forget()
    segments.forget()
    many = asked(database, screen)
    assert few == many
    assert few[1] < few[0], "definitions are read once"
