"""Screens are asked to run again when what they show has moved: one at a time, never in the way of people."""

import queue
import threading
import time

import pytest

from kpidash.ui import followers as module
from kpidash.ui.followers import Drawn, Followers
from tests.services.test_watching import report, watching
from tests.store import samples

SOON_S, NOT_S = 30.0, 0.3
"""Within this time something happens; after that it does not."""
LONG_S = 3600.0
"""What is to last while a test looks, however slow the machine is."""


@pytest.fixture
def watcher(database):
    samples.define(database, samples.kpi("calls"), samples.kpi("visits"))
    return watching(database)


class Desk:
    """Open screens, and the questions that they are asked."""

    def __init__(self, watcher):
        self.watcher = watcher
        self.followers = Followers()
        self.asked = queue.SimpleQueue()

    def open(self, name: str, codes=None) -> None:
        self.followers.opened(name, lambda drawn: self.asked.put((name, drawn.again)))
        self.draw(name, codes)

    def draw(self, name: str, codes=None) -> None:
        began = time.perf_counter()
        with self.followers.running(name):
            shown = self.watcher.known.of(codes).revision
            self.followers.drawn(name, Drawn(self.watcher, codes, shown, began, name.encode(), {}))

    def close(self) -> None:
        for name in list(self.followers._known):
            self.followers.left(name)

    def change(self, code: str = "calls") -> None:
        report(self.watcher.database, code)
        self.watcher.look()
        self.followers.wake()

    def next(self):
        return self.asked.get(timeout=SOON_S)

    def nothing(self) -> bool:
        with pytest.raises(queue.Empty):
            self.asked.get(timeout=NOT_S)
        return True


@pytest.fixture
def desk(watcher, monkeypatch):
    """Everybody waits as long as the test does; how long they wait is of the tests that say so."""
    for name in ("GIVE_WAY_S", "LEASE_S"):
        monkeypatch.setattr(module, name, LONG_S)
    desk = Desk(watcher)
    yield desk
    desk.close()


def test_a_screen_is_asked_once_for_each_change(desk):
    desk.open("one")
    assert desk.nothing()
    desk.change()
    assert desk.next() == ("one", b"one")
    assert desk.nothing()
    desk.draw("one")
    assert desk.nothing()
    desk.change()
    assert desk.next() == ("one", b"one")


def test_only_screens_that_show_what_moved_are_asked(desk):
    desk.open("calls", frozenset({"calls"}))
    desk.open("visits", frozenset({"visits"}))
    desk.change("visits")
    assert desk.next()[0] == "visits"
    assert desk.nothing()


def test_one_is_asked_when_the_one_before_has_followed(desk):
    for name in "abc":
        desk.open(name)
    desk.change()
    assert desk.next()[0] == "a"
    assert desk.nothing()
    desk.draw("a")
    assert desk.next()[0] == "b"
    desk.followers.left("b")
    assert desk.next()[0] == "c"


def test_a_process_that_cannot_keep_up_rests_as_long_as_it_followed(desk, monkeypatch):
    monkeypatch.setattr(module, "OVERTAKEN_S", 0.0)
    for name in "ab":
        desk.open(name)
    desk.change()
    assert desk.next()[0] == "a"
    time.sleep(NOT_S)
    began = time.perf_counter()
    desk.draw("a")
    assert desk.next()[0] == "b"
    assert time.perf_counter() - began >= NOT_S / 2


def test_one_that_does_not_answer_gives_way(desk, monkeypatch):
    monkeypatch.setattr(module, "LEASE_S", NOT_S)
    for name in "ab":
        desk.open(name)
    desk.change()
    assert [desk.next()[0], desk.next()[0]] == ["a", "b"]


def test_who_acts_is_left_alone_until_that_is_on_the_screen(desk, monkeypatch):
    monkeypatch.setattr(module, "QUIET_S", 0.0)
    desk.open("one")
    desk.followers.acted("one")
    desk.change()
    assert desk.nothing()
    assert not desk.followers.will_ask("one")
    desk.draw("one")
    desk.change()
    assert desk.next()[0] == "one"


def test_who_acts_is_left_alone_for_a_moment(desk, monkeypatch):
    monkeypatch.setattr(module, "QUIET_S", LONG_S)
    desk.open("one")
    desk.followers.acted("one")
    desk.draw("one")
    desk.change()
    assert desk.nothing()
    monkeypatch.setattr(module, "QUIET_S", NOT_S)
    desk.followers.wake()
    assert desk.next()[0] == "one"


def test_screens_follow_while_nobody_waits_for_what_they_did(desk):
    desk.open("one")
    desk.open("two")
    desk.followers.acted("two")
    desk.change()
    assert desk.nothing()
    desk.draw("two")
    assert desk.next()[0] == "one"


def test_news_waits_for_those_who_act_only_for_a_moment(desk, monkeypatch):
    monkeypatch.setattr(module, "GIVE_WAY_S", 1.0)
    desk.open("one")
    for number in range(4):  # somebody always acts, and none of it is shown
        desk.open(f"busy {number}", frozenset())
    desk.followers.acted("busy 0")
    began = time.perf_counter()
    desk.change()
    while desk.asked.empty() and time.perf_counter() - began < SOON_S:
        desk.followers.acted(f"busy {int(10 * time.perf_counter()) % 4}")
        time.sleep(0.01)
    assert desk.next()[0] == "one"
    assert time.perf_counter() - began >= module.GIVE_WAY_S / 2


def test_a_screen_that_shows_nothing_to_follow_is_not_waited_for(desk):
    """A page that ends its run early has shown what it has to say."""
    desk.open("one")
    desk.open("stopped")
    desk.followers.acted("stopped")
    with desk.followers.running("stopped"):
        desk.change()
        assert desk.nothing()
    assert desk.next()[0] == "one"


def test_giving_way_ends_when_nobody_waits_or_the_time_is_over(desk):
    desk.open("one")
    desk.followers.give_way(SOON_S)
    desk.followers.acted("one")
    began = time.perf_counter()
    desk.followers.give_way(NOT_S)
    assert time.perf_counter() - began >= NOT_S
    threading.Timer(NOT_S, desk.draw, ("one",)).start()
    desk.followers.give_way(SOON_S)
    assert time.perf_counter() - began < SOON_S


def test_a_screen_that_went_elsewhere_is_not_asked_for_where_it_was(desk):
    desk.open("one")
    with desk.followers.running("one"):
        desk.change()
        assert desk.nothing()
    assert desk.nothing()
    assert not desk.followers.will_ask("one")


def test_who_is_asked_need_not_see_to_it(desk):
    assert not desk.followers.will_ask("nobody")
    desk.open("a")
    desk.open("b")
    desk.change()
    assert desk.next()[0] == "a"
    assert not desk.followers.will_ask("a")
    assert desk.followers.will_ask("b")


def test_screens_come_and_go_while_others_are_asked(desk):
    """The thread that asks goes on whatever happens meanwhile."""
    stop = threading.Event()

    def come_and_go() -> None:
        number = 0
        while not stop.is_set():
            desk.open(f"guest {number}", frozenset({"visits"}))
            desk.followers.left(f"guest {number}")
            number += 1

    desk.open("one")
    guests = threading.Thread(target=come_and_go)
    guests.start()
    try:
        for _ in range(5):
            desk.change()
            assert desk.next()[0] == "one"
            desk.draw("one")
    finally:
        stop.set()
        guests.join()
