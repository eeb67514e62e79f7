"""Doing again what the database dropped in favour of somebody else."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from kpidash.store.failures import Beaten

Given = ParamSpec("Given")
Result = TypeVar("Result")

TRIES = 3


def again_when_beaten(call: Callable[Given, Result]) -> Callable[Given, Result]:
    """The call, made up to TRIES times when two writers waited for each other and it was the one dropped.

    Fits what looks at the database anew each time, in transactions of its own.
    """

    @wraps(call)
    def tried(*given: Given.args, **named: Given.kwargs) -> Result:
        for _ in range(TRIES - 1):
            with suppress(Beaten):
                return call(*given, **named)
        return call(*given, **named)

    return tried
