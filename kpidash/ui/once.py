"""What is drawn of a thing once, for all who see it, and kept for as long as the thing is there."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

Thing = TypeVar("Thing")
Drawn = TypeVar("Drawn")


def once(draw: Callable[[Thing], Drawn]) -> Callable[[Thing], Drawn]:
    """The same function, run once for each thing; what it answers must not hold on to the thing."""
    known: WeakKeyDictionary[Thing, Drawn] = WeakKeyDictionary()

    def found(thing: Thing) -> Drawn:
        try:
            return known[thing]
        except KeyError:
            known[thing] = drawn = draw(thing)
            return drawn

    return found
