"""What is the same for all who may read a department is made once, as somebody sees it who may do no more."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kpidash.domain.access import Capability, Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.services.catalogues import catalogue as defined
from kpidash.store import catalogue
from kpidash.ui.address import View
from kpidash.ui.elements import Tree, element
from kpidash.ui.formats import Formats
from kpidash.ui.kept import part, parts
from kpidash.ui.viewer import Viewer
from tests.ingest.company import CATALOGUE
from tests.services.test_watching import watching

ANNA = system_scope("anna")
SALES = scope_of("sam", [Grant(Role.ANALYST, "sales")], CATALOGUE)
SALES_TOO = scope_of("rita", [Grant(Role.VIEWER, "sales")], CATALOGUE)
SERVICE = scope_of("vera", [Grant(Role.VIEWER, "service")], CATALOGUE)
OFFICE = scope_of("otto", [Grant(Role.ADMINISTRATOR)], CATALOGUE)


@pytest.fixture
def looking(database):
    """Makes the viewer of a scope."""
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    watcher = watching(database)
    parts.forget()  # a process has one database, and each test another one

    def viewer(scope):
        found = defined(database, scope)
        today = datetime.now(ZoneInfo(found.company.timezone)).date()
        return Viewer(database, scope, found, Formats.of(found.company), View(), today, watcher.known, ())

    return viewer


def test_readers_of_a_department_are_all_alike(looking):
    one, other = (looking(scope).reading("sales") for scope in (ANNA, SALES))
    assert one.key == other.key
    assert one.key != looking(ANNA).key
    assert one.key != looking(ANNA).reading("service").key


def test_a_reader_sees_the_department_alone_and_may_do_nothing_else(looking):
    for scope in (ANNA, SALES):
        reader = looking(scope).reading("sales")
        assert [one.code for one in reader.catalogue.departments] == ["sales"]
        assert [one.code for one in reader.catalogue.kpis] == ["revenue", "cost", "orders", "share", "margin"]
        assert [held for held in Capability if reader.scope.may(held)] == [Capability.READ]
        assert not reader.scope.may(Capability.READ, "service")
        assert not reader.outdated
        with pytest.raises(NotPermitted):
            reader.reading("service")


def test_readers_of_as_much_are_all_alike(looking):
    one, other = (looking(scope).reading() for scope in (SALES, SALES_TOO))
    assert one.key == other.key
    assert looking(SALES).key != looking(SALES_TOO).key
    assert len({one.key, looking(ANNA).reading().key, looking(SERVICE).reading().key}) == 3
    assert [one.code for one in other.catalogue.departments] == ["sales"]
    for scope in (ANNA, SALES, SALES_TOO):
        reader = looking(scope).reading()
        assert [held for held in Capability if reader.scope.may(held)] == [Capability.READ]


@pytest.mark.parametrize("scope", [SERVICE, OFFICE], ids=["another department", "no numbers at all"])
def test_who_may_not_read_it_is_no_reader_whatever_was_made_already(looking, scope):
    made = []

    @part
    def block(viewer: Viewer) -> Iterator[Tree]:
        made.append(viewer.scope.actor)
        yield element("p", "the numbers of sales")

    assert block(looking(ANNA).reading("sales")) == block(looking(SALES).reading("sales"))
    assert made == ["anna"]
    with pytest.raises(NotPermitted):
        looking(scope).reading("sales")


def test_who_may_read_nothing_is_no_reader(looking):
    with pytest.raises(NotPermitted):
        looking(OFFICE).reading()
