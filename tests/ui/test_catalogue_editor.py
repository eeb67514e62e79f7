"""The editor of definitions, with what a browser can send and what only forged messages can."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from kpidash import settings
from kpidash.domain.access import Grant, Role
from kpidash.services import access, catalogues
from kpidash.services.database import shared
from kpidash.store import users
from kpidash.store.engine import Database
from tests.cli.company import CATALOGUE
from tests.ui.drawn import shown

PAGE = settings.ROOT / "pages" / "admin" / "catalogue.py"
PEOPLE = {
    "admin@example.com": (Role.ADMINISTRATOR, None),
    "part@example.com": (Role.ADMINISTRATOR, "sales"),
    "boss@example.com": (Role.EXECUTIVE, None),
}


@pytest.fixture
def company(
    packages_read_once: None, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    file = tmp_path / "editor.db"
    shutil.copy(sqlite_template, file)
    monkeypatch.setenv("KPIDASH_DATABASE_URL", f"sqlite:///{file}")
    database = shared(settings.load())
    me = access.system_user("me")
    catalogues.apply_catalogue(database, me, CATALOGUE.encode(), dry_run=False, prune=False)
    with database.write() as connection:
        for email, (role, department) in PEOPLE.items():
            users.grant(connection, users.add(connection, email, email), Grant(role, department))
    yield database
    database.dispose()


def visit(person: str = "admin@example.com", **asked: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    page.session_state["person"] = person
    for name, value in asked.items():
        page.query_params[name] = value
    return page.run()


def named(widgets, end: str):
    return next(one for one in widgets if one.key and one.key.endswith(f"-{end}"))


def sent(page: AppTest, *forged: WidgetState) -> AppTest:
    """The page after its form was sent with these states of widgets, as any client can send them."""
    states = page._tree.get_widget_states()
    ids = {one.id for one in forged}
    kept = [one for one in states.widgets if one.id not in ids]
    del states.widgets[:]
    button = WidgetState(id=named(page.button, "send").id, trigger_value=True)
    states.widgets.extend([*kept, *forged, button])
    return page._run(states)


def desk(page: AppTest):
    return page.session_state["catalogue-desk"]


def export(database: Database) -> str:
    return catalogues.export_catalogue(database, access.system_user("me"))


def test_a_change_in_a_form_is_reviewed_and_then_applied(company: Database) -> None:
    before = export(company)
    page = visit(kind="kpi", code="revenue")
    named(page.number_input, "weight").set_value(4.0)
    named(page.button, "send").click()
    page.run()
    assert not page.exception
    assert page.query_params["show"] == "review"
    assert [one.code for one in desk(page).review.differences] == ["revenue"]
    assert export(company) == before
    named(page.button, f"apply-{desk(page).round}").click().run()
    assert not page.exception
    assert "Applied: 1 KPI changed." in shown(page)
    assert export(company) == before.replace("dimensions: [region]\n", "dimensions: [region]\n  weight: 4\n")


def test_a_form_that_was_not_touched_changes_nothing(company: Database) -> None:
    for kind, code in (("kpi", "csat"), ("kpi", "handle-time"), ("kpi", "margin"), ("kra", "care"),
                       ("department", "metros"), ("company", "")):  # fmt: skip
        page = sent(visit(kind=kind, code=code))
        assert not page.exception
        assert (desk(page).draft, desk(page).refused, desk(page).moved) == (None, None, ()), (kind, code)


FORGED = {
    "unit": ("selectbox", {"string_value": "furlong"}),
    "kra": ("selectbox", {"string_value": "no-such-kra"}),
    "direction": ("selectbox", {"string_value": "sideways"}),
    "owner": ("selectbox", {"string_value": "x" * 6000}),
    "weight": ("number_input", {"double_value": -1.0}),
    "decimals": ("number_input", {"int_value": 99}),
    "grace_days": ("number_input", {"int_value": -3}),
    "on_target": ("number_input", {"double_value": 10.0}),
    "at_risk": ("number_input", {"double_value": 500.0}),
    "name": ("text_input", {"string_value": "a\x00b"}),
    "formula": ("text_input", {"string_value": "{revenue} - {no-such-kpi}"}),
    "definition": ("text_area", {"string_value": "x" * 6000}),
}


@pytest.mark.parametrize("field", FORGED)
def test_a_forged_value_is_refused_as_in_a_file_or_stands_for_nothing(company: Database, field: str) -> None:
    before, (kind, value) = export(company), FORGED[field]
    page = visit(kind="kpi", code="csat")
    page = sent(page, WidgetState(id=named(getattr(page, kind), field).id, **value))
    assert not page.exception
    if kind == "selectbox" and field != "owner":  # no such option: as if nothing else had been chosen
        assert desk(page).refused is None
    else:
        (problem, *_) = desk(page).refused.review.problems
        assert problem.path.endswith("at_risk" if field == "on_target" else field)
        assert problem.line is not None
    assert desk(page).draft is None
    assert "show" not in page.query_params
    assert export(company) == before


EDITS = {
    "no number": {"edited_rows": {"0": {"value": "many"}}},
    "no period": {"added_rows": [{"period": "2026-99", "value": 5}]},
    "a range for a KPI with a direction": {"added_rows": [{"period": "2026-11", "low": 1, "high": 2}]},
    "a row that is not there": {"edited_rows": {"99": {"value": 5}}},
    "a column that is not there": {"edited_rows": {"0": {"secret": 5}}},
}


@pytest.mark.parametrize("edit", EDITS)
def test_forged_rows_of_targets_are_refused(company: Database, edit: str) -> None:
    before = export(company)
    page = visit(kind="kpi", code="revenue")
    table = page.main.get("data_editor")[0].proto.id
    said = {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **EDITS[edit]}
    page = sent(page, WidgetState(id=table, string_value=json.dumps(said)))
    assert not page.exception
    assert desk(page).draft is None
    assert export(company) == before


def test_a_target_is_added_and_another_removed(company: Database) -> None:
    page = visit(kind="kpi", code="revenue")
    table = page.main.get("data_editor")[0].proto.id
    said = {"edited_rows": {}, "added_rows": [{"period": "2026-11", "value": 99.5}], "deleted_rows": [0]}
    page = sent(page, WidgetState(id=table, string_value=json.dumps(said)))
    assert not page.exception
    (one,) = desk(page).review.differences
    told = [
        (change.before and change.before.value, change.after and change.after.value) for change in one.fields
    ]
    assert told == [(1200, None), (None, 99.5)]


def test_a_wrong_text_is_told_with_path_and_line_and_stays_to_be_mended(company: Database) -> None:
    page = visit(show="yaml")
    text = export(company).replace("unit: currency", "unit: furlong", 1)
    named(page.text_area, f"yaml-{desk(page).round}").set_value(text)
    named(page.button, f"send-{desk(page).round}").click()
    page.run()
    assert not page.exception
    (problem,) = desk(page).refused.review.problems
    assert problem.path == "kpis[0].unit"
    assert text.splitlines()[problem.line - 1].strip() == "unit: furlong"
    assert named(page.text_area, f"yaml-{desk(page).round}").value == text


def test_a_text_goes_the_same_way_as_a_form(company: Database) -> None:
    page = visit(show="yaml")
    named(page.text_area, f"yaml-{desk(page).round}").set_value(
        export(company).replace("Satisfaction", "Joy")
    )
    named(page.button, f"send-{desk(page).round}").click()
    page.run()
    assert page.query_params["show"] == "review"
    named(page.button, f"apply-{desk(page).round}").click().run()
    assert "name: Joy" in export(company)


def test_what_others_change_meanwhile_is_taken_in_or_stops_the_change(company: Database) -> None:
    me = access.system_user("other")
    page = visit(kind="kpi", code="revenue")
    other = CATALOGUE.replace("name: Satisfaction", "name: Joy")
    catalogues.apply_catalogue(company, me, other.encode(), dry_run=False, prune=False)
    named(page.number_input, "weight").set_value(4.0)
    named(page.button, "send").click()
    page.run()
    assert [one.code for one in desk(page).review.differences] == ["revenue"]
    same = other.replace("name: Revenue", "name: Turnover")
    catalogues.apply_catalogue(company, me, same.encode(), dry_run=False, prune=False)
    round_ = desk(page).round
    named(page.button, f"apply-{round_}").click().run()
    assert [one.code for one in desk(page).moved] == ["revenue"]
    assert "name: Turnover" in export(company)
    assert "weight: 4" not in export(company)
    named(page.button, f"again-{round_}").click().run()
    assert (desk(page).draft, desk(page).moved) == (None, ())


@pytest.mark.parametrize("person", ["part@example.com", "boss@example.com"])
@pytest.mark.parametrize("asked", [{}, {"kind": "kpi", "code": "cost"}, {"show": "yaml"}, {"show": "review"}])
def test_who_may_not_define_for_the_company_sees_nothing(
    company: Database, person: str, asked: dict[str, str]
) -> None:
    page = visit(person, **asked)
    assert not page.exception
    assert not [*page.button, *page.text_input, *page.text_area, *page.selectbox]
    assert "catalogue-desk" not in page.session_state
