"""Each callback and each file of each page, used by somebody who lost the right after the page was drawn."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import pytest

from kpidash.domain.access import Grant, NotPermitted, Role
from kpidash.services import periods
from kpidash.services.watching import watcher_of
from kpidash.ui.upload.desk import DESK
from kpidash.ui.upload.looking import File
from tests.access.company import MONTHS, ROOT, Company, give, session_of
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
            ("uploads-find", "uploads-person", "uploads-kpi", "uploads-since", "uploads-until"), "2026-01-01"
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
    "audit": Stage(
        "inspector", "audit",
        says=dict.fromkeys(("audit-find", "audit-person", "audit-action", "audit-since", "audit-until"), "x"),
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
                    _lost(company, stage, grants, lambda screen, keys=keys: _use(screen, stage, *keys)) == []
                )
        if files := stage.files - _OF_THE_FILE:
            assert _lost(company, stage, grants, lambda screen, files=files: _fetch(screen, files)) == []
    for key in stage.writes:
        screen, before = _drawn(company, stage), _state(company)
        _use(screen, stage, key)
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


def _use(screen: Screen, stage: Stage, *keys: str) -> None:
    widgets = [(_named(name), one) for name, one in screen.callbacks.items()]
    screen.send(*(used(one, stage.says[key]) for key, one in widgets if key in keys))
    if stage.page == "upload":  # a job may be at work
        screen.send()


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
