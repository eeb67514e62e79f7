"""What a formula is once it has been read: steps of a stack machine, and their evaluation (RULES.md §3)."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """A KPI that a formula needs; with `year_ago` its value twelve months earlier."""

    code: str
    year_ago: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Takes `count` values off the stack and puts back what `name` makes of them."""

    name: str
    count: int


Step = float | Input | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in the order of its evaluation; equal and hashed by `text`'s meaning and spelling."""

    text: str
    steps: tuple[Step, ...]

    @property
    def inputs(self) -> frozenset[Input]:
        """What the formula needs."""
        return frozenset(step for step in self.steps if isinstance(step, Input))

    def evaluate(self, values: Mapping[Input, float]) -> float:
        """The result for one value per input.

        nan where an input is nan or infinite, at a division by zero, and where a number outgrows a float,
        also in between. KeyError when an input has no value.
        """
        stack: list[float] = []
        for step in self.steps:
            if isinstance(step, Call):
                arguments = stack[-step.count :]
                del stack[-step.count :]
                result = _apply(step.name, arguments)
            else:
                result = float(values[step]) if isinstance(step, Input) else step
            stack.append(result if math.isfinite(result) else math.nan)
        return stack.pop()


_MEANING: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "negative": operator.neg,
    "abs": abs,
    "min": lambda *numbers: min(numbers),
    "max": lambda *numbers: max(numbers),
}


def _apply(name: str, arguments: list[float]) -> float:
    if any(math.isnan(number) for number in arguments):
        return math.nan
    try:
        return _MEANING[name](*arguments)
    except ZeroDivisionError:
        return math.nan
