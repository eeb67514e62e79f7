"""Each callback and each file of each page, used by somebody who lost the right after the page was drawn."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

import pytest

from kpidash.domain.access import Grant, NotPermitted, Role
from kpidash.services import periods
from kpidash.services.watching import watcher_of
from kpidash.ui.catalogue_editor.desk import DESK as CATALOGUE
from kpidash.ui.upload.desk import DESK
from kpidash.ui.upload.looking import File
from tests.access.company import MONTHS, ROOT, Company, give, session_of, void
from tests.access.screens import Screen, used
from tests.access.telling import leaks


@dataclass(frozen=True)
class Stage:
    """A page as far as a person has come with it.

    `says` are the keys of the widgets that call something, without numbers, each with what is sent; `writes`
    those of them that change the company. `files` are the names of what can be downloaded.
    """

    role: str
    page: str
    query: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Screen], None] = lambda _: None
    says: dict[str, str] = field(default_factory=dict)
    writes: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def _ask(screen: Screen) -> None:
    screen.send(used(screen.callbacks["undo-ask"]))


def _file(text: str) -> Callable[[Screen], None]:
    def put(screen: Screen) -> None:
        screen.state[DESK].take(File("some.csv", text.encode()))
        for _ in range(2):  # looking, and working out what it means
            screen.send()

    return put


def _redefine(screen: Screen) -> None:
    desk = screen.state[CATALOGUE]
    first, *others = desk.base.departments
    desk.draft = replace(desk.base, departments=(replace(first, name="Quay house"), *others))
    screen.send()


def _press(name: str) -> Callable[[Screen], None]:
    return lambda screen: void(screen.send(used(screen.callbacks[name])))


def _fill(**said: str) -> Callable[[Screen], None]:
    def fill(screen: Screen) -> None:
        for key, text in said.items():
            screen.state[key] = text
        screen.send()

    return fill


_SESSION = "the id of a session"
_SESSIONS = {"open-sessions": "x", "open-sessions__events": _SESSION}
_TOKENS = {"tokens": "x", "tokens__events": "x"}
_ADD, _LEND, _GIVE = (
    f"FormSubmitter:{one}" for one in ("add-person-Add", "lend-Make the token", "give-role-Give this role")
)
_PERSON = {
    "person-roles": "x", "person-roles__events": "viewer in harbour", _GIVE: "", "Make a sign-in link": "",
    "Disable …": "", **_SESSIONS, **_TOKENS,
}  # fmt: skip
_ALTERS = frozenset({_GIVE, "Make a sign-in link", "open-sessions__events"})
_CLOSE = "FormSubmitter:close-Close the period"
_DUE = frozenset({"actuals-due.csv", "actuals-due.xlsx", "targets-due.csv", "targets-due.xlsx"})
_OF_THE_FILE = frozenset({"some-rejected-#.csv"})
"""Rows of a file that the person brought along."""
_GOOD = f"kpi,period,region,value\nharbour-sales,{MONTHS[0]},Ourland,7.25\n"
_BAD = (
    f"kpi,period,region,value\nharbour-sales,{MONTHS[0]},Ourland,7.25\nharbour-sale,{MONTHS[0]},Ourland,7\n"
)
_MEANINGS = {f"meaning-#-#-{name}": "note" for name in ("kpi", "period", "region", "value")}
_CHANGES = {"flips-#": "x", "flips-#__events": "x", "changes-#": "x", "changes-#__events": "x"}
_DECIDE = {"commit-#": "", "discard-#": ""}
_VALUES = {"values-#": "x", "values-#__events": "x"}
_WRITES = frozenset({"commit-#"})
STAGES = {
    "company": Stage("viewer", ""),
    "department": Stage("viewer", "department", {"code": "harbour"}),
    "compare": Stage("viewer", "compare", says={"compared": "harbour"}),
    "kpi": Stage("viewer", "kpi", {"code": "harbour-sales", "point": MONTHS[1]}),
    "scorecard": Stage("viewer", "scorecard"),
    "mine": Stage("analyst", "mine"),
    "health": Stage("analyst", "health", files=_DUE),
    "tv": Stage("viewer", "tv"),
    "gallery": Stage("viewer", "gallery"),
    "uploads": Stage(
        "analyst", "uploads", says=dict.fromkeys(
            ("uploads-text", "uploads-person", "uploads-code", "uploads-since", "uploads-until"), "2026-01-01"
        ),
    ),
    "an upload": Stage(
        "analyst", "uploads", {"code": "2"}, says={"undo-ask": "", **_VALUES},
        files=frozenset({"harbour.csv"}),
    ),
    "an upload to take back": Stage(
        "analyst", "uploads", {"code": "2"}, _ask,
        {"undo-ask": "", "undo-do": "", "undo-leave": "", **_VALUES},
        frozenset({"undo-do"}), frozenset({"harbour.csv"}),
    ),
    "upload": Stage("analyst", "upload", files=_DUE),
    "a file": Stage(
        "analyst", "upload", prepare=_file(_GOOD), says={**_MEANINGS, **_CHANGES, **_DECIDE}, writes=_WRITES
    ),
    "a file with a mistake": Stage(
        "analyst", "upload", prepare=_file(_BAD),
        says={**_MEANINGS, **_CHANGES, **_DECIDE, "yes-#-harbour-sale": ""}, writes=_WRITES,
        files=frozenset({"some-rejected-#.csv"}),
    ),
    "periods": Stage(
        "root", "periods", says={_CLOSE: "", "closed-months": MONTHS[4], "closed-months__events": MONTHS[4]},
        writes=frozenset({_CLOSE, "closed-months__events"}),
    ),
    "catalogue": Stage("root", "catalogue", says={"catalogue-find": "x"}),
    "a definition": Stage(
        "root", "catalogue", {"kind": "department", "code": "harbour"}, says={"catalogue-find": "x"}
    ),
    "the catalogue as text": Stage("root", "catalogue", {"show": "yaml"}),
    "a review": Stage(
        "root", "catalogue", {"show": "review"}, _redefine,
        {"catalogue-apply-#": "", "catalogue-discard-#": ""}, frozenset({"catalogue-apply-#"}),
    ),
    "people": Stage(
        "root", "people", prepare=_fill(**{"people-name": "New", "people-email": "new@example.com"}),
        says={"people-text": "x", _ADD: ""}, writes=frozenset({_ADD}),
    ),
    "sessions": Stage(
        "root", "people", {"show": "sessions"}, says=_SESSIONS, writes=frozenset({"open-sessions__events"})
    ),
    "tokens": Stage("root", "people", {"show": "tokens"}, says=_TOKENS),
    "a person": Stage(
        "root", "people", {"code": "viewer@example.com"}, says=_PERSON, writes=_ALTERS
    ),
    "a person to disable": Stage(
        "root", "people", {"code": "viewer@example.com"}, _press("Disable …"),
        {**_PERSON, "disable-do": "", "disable-leave": ""}, frozenset({"disable-do"}),
    ),
    "account": Stage(
        "analyst", "account", prepare=_fill(**{"token-name": "job"}),
        says={**_SESSIONS, **_TOKENS, _LEND: ""}, writes=frozenset({_LEND}),
    ),
    "audit": Stage(
        "inspector", "audit",
        says=dict.fromkeys(("audit-text", "audit-person", "audit-action", "audit-since", "audit-until"), "x"),
        files=frozenset({"audit-#.csv", "audit-#.jsonl"}),
    ),
}  # fmt: skip


MINE = ("harbour house", "harbour care", "sales up here", "share of the whole", "101.25", "102.25", "112.47")
"""What somebody who went to the other department may not read any more."""
ROLE = {"root": Role.ADMINISTRATOR, "inspector": Role.AUDITOR, "analyst": Role.ANALYST, "viewer": Role.VIEWER}


@pytest.mark.parametrize("name", STAGES)
def test_rights_are_looked_up_when_something_is_done(local_again: Company, name: str):
    stage, company = STAGES[name], local_again
    periods.close(company.database, ROOT, MONTHS[4])
    first = _drawn(company, stage)
    assert {_named(one) for one in first.callbacks} == set(stage.says)
    assert {_named(one) for one in first.downloads} == set(stage.files)
    for grants in ((), (Grant(ROLE[stage.role], "lagoon"),)):
        harmless = [key for key in stage.says if key not in stage.writes]
        for keys in (harmless, *([key] for key in stage.writes)):
            if keys:
                assert (
                    _lost(
                        company, stage, grants, lambda screen, keys=keys: _use(company, screen, stage, *keys)
                    )
                    == []
                )
        if files := stage.files - _OF_THE_FILE:
            assert _lost(company, stage, grants, lambda screen, files=files: _fetch(screen, files)) == []
    for key in stage.writes:
        screen, before = _drawn(company, stage), _state(company)
        _use(company, screen, stage, key)
        assert _state(company) != before, f"{key} does nothing for those who may, so it shows nothing above"


def _drawn(company: Company, stage: Stage) -> Screen:
    screen = Screen(session_of(company, stage.role).id).open(stage.page, stage.query)
    stage.prepare(screen)
    return screen


def _lost(
    company: Company, stage: Stage, grants: tuple[Grant, ...], deed: Callable[[Screen], None]
) -> list[str]:
    """What is wrong when somebody does something who lost the right since the page was drawn."""
    screen = _drawn(company, stage)
    back = give(company, stage.role, *grants)
    watcher_of(company.database).look()
    before = _state(company)
    deed(screen)
    wrong = [*screen.exceptions, *leaks(screen.payload.decode("utf-8", "ignore"), (), MINE)]
    if _state(company) != before:
        wrong.append("something was written")
    back()
    watcher_of(company.database).look()
    return wrong


def _use(company: Company, screen: Screen, stage: Stage, *keys: str) -> None:
    widgets = [(_named(name), one) for name, one in screen.callbacks.items()]
    says = {**stage.says, **{key: _any(company) for key, said in stage.says.items() if said == _SESSION}}
    screen.send(*(used(one, says[key]) for key, one in widgets if key in keys))
    if stage.page == "upload":  # a job may be at work
        screen.send()


def _any(company: Company) -> str:
    """The id of a session that was just begun."""
    return session_of(company, "viewer").id


def _fetch(screen: Screen, files: Collection[str]) -> None:
    for name, make in screen.downloads.items():
        if _named(name) in files:
            with pytest.raises(NotPermitted):
                make()
    screen.send()


def _state(company: Company) -> object:
    with company.database.read(newest=True) as connection:
        return company.database.state(connection)


def _named(key: str) -> str:
    """The key of a widget or the name of a file, with a sign for what differs from run to run."""
    return re.sub(r"-(\d{4}-\d\d-\d\d-[0-9a-f]+|[0-9a-f]{8}|\d+)(?=[-_.]|$)", "-#", key)
