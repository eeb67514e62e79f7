"""What open screens show is made before they are told of a change, for them alone, and in time."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kpidash.domain.access import NotPermitted, system_scope
from kpidash.services.catalogues import catalogue as defined
from kpidash.ui import ahead
from kpidash.ui.address import View
from kpidash.ui.elements import Tree, element
from kpidash.ui.followers import Drawn, Followers
from kpidash.ui.formats import Formats
from kpidash.ui.kept import noting, part, parts
from kpidash.ui.viewer import Viewer
from tests.services.test_watching import report, watching
from tests.store import samples

ANNA = system_scope("anna")
CALLS, VISITS = samples.kpi("calls"), samples.kpi("visits")


@pytest.fixture
def company(database):
    samples.define(database, CALLS, VISITS)
    return database


@pytest.fixture
def watcher(company):
    return watching(company)


class Page:
    """A screen of two parts that says which of them it has made."""

    def __init__(self, company, watcher):
        found = defined(company, ANNA)
        today = datetime.now(ZoneInfo(found.company.timezone)).date()
        formats = Formats.of(found.company)
        self.viewer = Viewer(company, ANNA, found, formats, View(), today, watcher.known, ())
        self.made = made = []
        self.problem = None

        @part
        def block(viewer: Viewer, code: str) -> Iterator[Tree]:
            if self.problem is not None:
                raise self.problem
            made.append((code, viewer.revision))
            yield element("p", code)

        self._block = block

    def run(self, known):
        """A run of the screen at a state; the parts that it shows."""
        viewer = Viewer(**(vars(self.viewer) | {"known": known}))
        with noting() as found:
            for code in ("calls", "visits"):
                self._block(viewer.about([code]), code)
        return found


@pytest.fixture
def page(company, watcher):
    parts.forget()  # a process has one database, and each test another one
    return Page(company, watcher)


class Screens(Followers):
    """The open screens, made ahead of a change."""

    def __init__(self, watcher):
        super().__init__()
        self.watcher = watcher

    def shows(self, name, parts):
        self.opened(name, lambda _drawn: None)
        self.drawn(name, Drawn(self.watcher, None, 0, 0.0, b"", parts))

    def make_ahead(self, known):
        ahead.make_ahead(self, known)


@pytest.fixture
def screens(page, watcher, monkeypatch):
    monkeypatch.setattr(ahead, "AT_MOST_S", 60.0)  # machines are busy
    found = Screens(watcher)
    found.shows("one", page.run(watcher.known))
    page.made.clear()
    return found


def test_what_a_change_concerns_is_there_when_screens_hear_of_it(company, watcher, page, screens):
    told = []

    def before_telling(known):
        told.append(watcher.known)
        screens.make_ahead(known)

    before = watcher.known
    report(company, "calls")
    watcher.look(before_telling)
    assert told == [before]
    made = [("calls", watcher.known.latest.revision)]
    assert page.made == made, "not what shows other KPIs"
    page.run(watcher.known)
    assert page.made == made, "the screen itself makes nothing"


def test_nothing_is_made_of_other_definitions_than_screens_have(company, watcher, page, screens):
    samples.define(company, CALLS, VISITS, samples.kpi("more"))
    watcher.look(screens.make_ahead)
    report(company, "calls")
    watcher.look(screens.make_ahead)
    assert page.made == []


def test_what_many_screens_show_comes_first(company, watcher, page, screens):
    second = list(page.run(watcher.known).items())[1]
    for number in range(3):
        screens.shows(f"more {number}", dict([second]))
    report(company, "calls")
    report(company, "visits")
    watcher.look(screens.make_ahead)
    assert [code for code, _ in page.made] == ["visits", "calls"]


def test_a_change_is_not_kept_back_for_long(company, watcher, page, screens, monkeypatch):
    monkeypatch.setattr(ahead, "AT_MOST_S", -1.0)
    before = watcher.known
    report(company, "calls")
    watcher.look(screens.make_ahead)
    assert watcher.known != before
    assert page.made == []


def test_nothing_is_made_for_screens_that_are_open_no_more(company, watcher, page, screens):
    screens.left("one")
    report(company, "calls")
    watcher.look(screens.make_ahead)
    assert page.made == []


@pytest.mark.parametrize(("problem", "said"), [(NotPermitted("gone"), 0), (ValueError("broken"), 1)])
def test_a_part_that_cannot_be_made_keeps_nothing_back(
    company, watcher, page, screens, caplog, problem, said
):
    page.problem = problem
    before = watcher.known
    report(company, "calls")
    watcher.look(screens.make_ahead)
    assert watcher.known != before
    assert len(caplog.records) == said
