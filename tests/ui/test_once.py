"""What is drawn once."""

import gc
import weakref

from kpidash.ui.once import once


class Thing:
    """Something that is equal to itself alone."""


def test_a_thing_is_drawn_once():
    drawn = []
    found = once(drawn.append)
    one, other = Thing(), Thing()
    for thing in (one, one, other, one):
        found(thing)
    assert drawn == [one, other]


def test_what_is_gone_is_not_kept():
    found = once(lambda _thing: Thing())
    thing = Thing()
    seen = weakref.ref(thing), weakref.ref(found(thing))
    del thing
    gc.collect()
    assert [one() for one in seen] == [None, None]
