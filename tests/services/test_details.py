"""The numbers of a KPI are found once for all who may read it; nobody else gets them, nor names of others."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.domain.period import Frequency
from kpidash.services import kpis, uploads
from kpidash.services.catalogues import ELSEWHERE
from kpidash.services.errors import NotThere
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY, kpi

MIXED = replace(
    CATALOGUE,
    kpis=(
        *CATALOGUE.kpis,
        kpi("per-visit", "growth", Frequency.MONTHLY, formula="{revenue} / {handle-time}"),
    ),
)
ANNA = system_scope("anna")
SALES, SERVICE, NOBODY = (
    scope_of("vera", grants, MIXED)
    for grants in ([Grant(Role.VIEWER, "sales")], [Grant(Role.VIEWER, "service")], [])
)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, MIXED, actor="anna")
    put(database, "revenue,2026-09,100,North\nrevenue,2026-09,60,South\nhandle-time,2026-09,4,\n")
    return database


def put(database, rows):
    receipt = uploads.ingest(
        database, ANNA, "file.csv", f"kpi,period,value,region\n{rows}".encode(), today=TODAY
    )
    assert receipt.state == "committed", receipt.in_words()


def of(database, scope, code="per-visit"):
    return kpis.detail(database, scope, code, window="2026-09", as_of=TODAY)


def afresh(database, scope, code="per-visit"):
    kpis.forget()
    return of(database, scope, code)


def test_all_share_the_numbers_and_each_sees_the_names_that_are_theirs(company):
    whole, own = of(company, ANNA), of(company, SALES)
    assert own.series is whole.series
    assert own.judged["actual"] == whole.judged["actual"] == 40
    assert whole.kpi.formula == "{revenue} / {handle-time}"
    assert own.kpi.formula == f"{{revenue}} / {ELSEWHERE}"
    assert of(company, ANNA).kpi.formula == whole.kpi.formula


@pytest.mark.parametrize(("scope", "refusal"), [(SERVICE, NotThere), (NOBODY, NotPermitted)])
def test_what_is_known_already_is_not_there_for_others(company, scope, refusal):
    of(company, ANNA)
    with pytest.raises(refusal):
        of(company, scope)


def test_dimensions_are_told_apart(company):
    assert list(of(company, ANNA, "revenue").segments) == ["region"]
    found = kpis.detail(company, ANNA, "csat", window="2026-09", as_of=TODAY, by="client")
    assert list(found.segments) == ["client"]
    assert list(of(company, SERVICE, "csat").segments) == ["region", "client"]
    put(company, "revenue,2026-09,90,North\n")
    assert of(company, SALES, "revenue").segments["region"]["actual"].tolist() == [90, 60]


@pytest.mark.parametrize("change", ["revenue,2026-09,140,North\n", "handle-time,2026-09,8,\n"])
def test_a_change_of_what_it_is_made_of_is_in_it(company, change):
    before = of(company, SALES)
    put(company, change)
    after = of(company, SALES)
    assert after.judged["actual"] != before.judged["actual"]
    assert_frame_equal(after.series, afresh(company, ANNA).series)


def test_a_change_elsewhere_leaves_it_as_it_is(company):
    before = of(company, SALES)
    put(company, "cost,2026-09,5,\n")
    assert of(company, ANNA).series is before.series
    assert_frame_equal(before.series, afresh(company, ANNA).series)
