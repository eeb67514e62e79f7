"""Parts of screens: made once, by few at a time, and never mixed up."""

from threading import Barrier, Event, Lock, Thread

import pytest

from kpidash.ui.kept import Parts


def together(count, work):
    start = Barrier(count)
    found = []

    def run(number):
        start.wait()
        found.append(work(number))

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def test_of_many_who_want_a_part_one_makes_it():
    parts, made = Parts(), []
    found = together(8, lambda _: parts.get("heatmap", lambda: made.append(1) or object()))
    assert len(made) == 1
    assert all(one is found[0] for one in found)


def test_few_make_parts_at_the_same_time():
    parts, lock = Parts(at_once=2), Lock()
    busy, most = [], []

    def make():
        with lock:
            busy.append(1)
            most.append(len(busy))
        Event().wait(0.005)
        with lock:
            busy.pop()

    together(8, lambda number: parts.get(number, make))
    assert max(most) <= 2
    assert len(most) == 8


def test_a_part_that_is_made_of_others_does_not_wait_for_itself():
    parts = Parts(at_once=1)
    assert parts.get("page", lambda: [parts.get("card", lambda: "card")]) == ["card"]


def test_what_could_not_be_made_is_made_by_the_next_one():
    parts = Parts()
    with pytest.raises(ZeroDivisionError):
        parts.get("page", lambda: 1 / 0)
    assert parts.get("page", lambda: "made") == "made"


def test_what_nobody_asked_for_the_longest_is_forgotten():
    parts = Parts(most=2)
    for key in ("a", "b", "a", "c"):
        parts.get(key, lambda key=key: key)
    assert parts.get("a", lambda: "anew") == "a"
    assert parts.get("b", lambda: "anew") == "anew"
