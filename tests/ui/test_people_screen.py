"""The people's screen and one's own account, with what a browser sends and what only forged messages can."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from kpidash import settings
from kpidash.domain.access import Grant, Role
from kpidash.services import access, catalogues, sessions, tokens
from kpidash.services.database import shared
from kpidash.services.roster import everybody
from kpidash.store import users
from kpidash.store.engine import Database
from tests.cli.company import CATALOGUE
from tests.ui.drawn import shown

PEOPLE, ACCOUNT = (settings.ROOT / "pages" / name for name in ("admin/people.py", "account/account.py"))
ADMIN, PART, BOSS = "admin@example.com", "part@example.com", "boss@example.com"
ROOT = access.system_user("root")


@pytest.fixture
def company(
    packages_read_once: None, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    file = tmp_path / "people.db"
    shutil.copy(sqlite_template, file)
    monkeypatch.setenv("KPIDASH_DATABASE_URL", f"sqlite:///{file}")
    database = shared(settings.load())
    catalogues.apply_catalogue(database, ROOT, CATALOGUE.encode(), dry_run=False, prune=False)
    for email, role, place in (
        (ADMIN, Role.ADMINISTRATOR, None),
        (PART, Role.ADMINISTRATOR, "sales"),
        (BOSS, Role.EXECUTIVE, None),
    ):
        with database.write() as connection:
            users.grant(connection, users.add(connection, email, email.title()), Grant(role, place))
    yield database
    database.dispose()


def visit(page: Path = PEOPLE, person: str = ADMIN, **asked: str) -> AppTest:
    found = AppTest.from_file(str(page), default_timeout=60)
    found.session_state["person"] = person
    for name, value in asked.items():
        found.query_params[name] = value
    return found.run()


def press(page: AppTest, label: str) -> AppTest:
    button = next(one for one in page.button if one.label == label)
    return button.click().run()


def sent(page: AppTest, button: str, *forged: WidgetState) -> AppTest:
    """The page after a button was pressed with these states of widgets, as any client can send them."""
    states = page._tree.get_widget_states()
    ids = {one.id for one in forged}
    kept = [one for one in states.widgets if one.id not in ids]
    del states.widgets[:]
    pressed = next(one for one in page.button if one.label == button)
    states.widgets.extend([*kept, *forged, WidgetState(id=pressed.id, trigger_value=True)])
    return page._run(states)


def test_everybody_stands_there_with_their_roles_in_words(company: Database) -> None:
    text = shown(visit())
    for words in ("Administrator in Sales", "Executive", BOSS, "Admin@Example.Com"):
        assert words in text


def test_a_search_finds_people_by_name_address_role_and_department(company: Database) -> None:
    found = shown(visit(find="administrator sales"))
    assert PART in found
    assert BOSS not in found
    assert "Nobody is like this" in shown(visit(find="no such person"))


@pytest.mark.parametrize("person", [PART, BOSS])
@pytest.mark.parametrize("asked", [{}, {"code": ADMIN}, {"show": "sessions"}, {"show": "tokens"}])
def test_whoever_does_not_manage_everybody_sees_nobody(company: Database, person: str, asked: dict[str, str]):
    page = visit(person=person, **asked)
    assert "not for your role" in shown(page)
    assert not page.button
    assert ADMIN not in shown(page).replace(person, "")


def test_whoever_manages_a_part_is_told_that_it_takes_the_whole(company: Database) -> None:
    assert "may not manage people of the whole company, only of a part. An administrator" in shown(
        visit(person=PART)
    )
    assert "may not manage people. An administrator" in shown(visit(person=BOSS))


def test_somebody_unknown_is_not_there(company: Database) -> None:
    assert "There is no such person" in shown(visit(code="nobody@example.com"))


def test_somebody_is_added_and_their_link_is_shown_until_it_is_put_away(company: Database) -> None:
    page = visit()
    page.text_input(key="people-name").set_value("Asha Rao")
    page.text_input(key="people-email").set_value("Asha@Example.com")
    press(page, "Add")
    assert "/people?code=asha%40example.com" in shown(page)
    assert "/link/" in shown(page)
    assert "/link/" in shown(page.run()), "the screen may be drawn anew while somebody copies it"
    assert "/link/" not in shown(press(page, "I have it; put it away"))
    assert everybody(company, ROOT).find("asha@example.com") is not None


def test_what_is_no_address_is_refused_in_words(company: Database) -> None:
    page = visit()
    page.text_input(key="people-name").set_value("Asha Rao")
    page.text_input(key="people-email").set_value("asha")
    assert "no mail address" in shown(press(page, "Add"))
    assert page.text_input(key="people-email").value == "asha"


def test_a_role_is_given_for_a_department(company: Database) -> None:
    page = visit(code=BOSS)
    page.selectbox(key="people-role").set_value("analyst")
    page.selectbox(key="people-place").set_value("metros")
    assert "Analyst in Metro sales" in shown(press(page, "Give this role"))
    assert Grant(Role.ANALYST, "metros") in granted(company, BOSS)


@pytest.mark.parametrize(("key", "value"), [("people-role", "owner"), ("people-place", "nowhere")])
def test_a_forged_role_or_department_gives_nothing(company: Database, key: str, value: str) -> None:
    page = visit(code=BOSS)
    forged = WidgetState(id=page.selectbox(key=key).id, string_value=value)
    page = sent(page, "Give this role", forged)
    assert not page.exception
    assert granted(company, BOSS) == (Grant(Role.EXECUTIVE),)


def test_disabling_says_first_what_ends(company: Database) -> None:
    sessions.begin(company, BOSS, method="password", address="192.0.2.7", agent="Firefox")
    tokens.make(company, access.sign_in(company, BOSS), "report")
    page = press(visit(code=BOSS), "Disable …")
    assert "1 open session and 1 token end at once" in shown(page)
    assert member(company, BOSS).person.disabled_at is None
    page = press(page, f"Disable {BOSS.title()}")
    assert "may not sign in any more" in shown(page)
    found = member(company, BOSS)
    assert found.person.disabled_at is not None
    assert (found.sessions, found.tokens) == ((), ())
    press(page, "Let them sign in again")
    assert member(company, BOSS).person.disabled_at is None


def test_the_last_administrator_is_refused_in_words(company: Database) -> None:
    page = press(visit(code=ADMIN), "Disable …")
    assert "This is you" in shown(page)
    assert "last administrator" in shown(press(page, f"Disable {ADMIN.title()}"))
    assert member(company, ADMIN).person.disabled_at is None


def test_an_account_in_the_demo_says_what_one_may_and_keeps_nothing(company: Database) -> None:
    page = visit(ACCOUNT, PART)
    text = shown(page)
    assert "Administrator in Sales" in text
    assert "in Sales, and all below" in text
    assert "In the demo" in text
    assert not page.text_input
    assert not page.button


def test_what_was_typed_stays_in_no_widget() -> None:
    def screen() -> None:
        import streamlit as st

        from kpidash.ui.account.password import taken

        def change() -> None:
            st.session_state["length"] = len(taken("word")[0])

        with st.form("form", clear_on_submit=True):
            st.text_input("Word", key="word", type="password")
            st.form_submit_button("Change", on_click=change)

    page = AppTest.from_function(screen).run()
    page.text_input(key="word").set_value("quiet walnut seven lamps")
    page.button[0].click().run()
    assert page.session_state["length"] == len("quiet walnut seven lamps")
    assert page.text_input(key="word").value == ""
    assert "walnut" not in repr(page.session_state)
    assert "walnut" not in repr(dict(page.query_params))


def granted(database: Database, email: str) -> tuple[Grant, ...]:
    return member(database, email).person.grants


def member(database: Database, email: str):
    found = everybody(database, ROOT).find(email)
    assert found is not None
    return found
