"""Formulas of calculated KPIs: `+ - * / ( )`, numbers, `{kpi-code}`, `abs`, `min`, `max`, `year_ago({…})`.

Source: RULES.md §3. A formula is turned once into steps of a stack machine; nothing of it is ever run as
Python, and neither reading nor evaluating nests deeper than `DEEPEST`.
"""

import math
import re
from functools import lru_cache

from kpidash.domain.formula_steps import Call, Formula, Input, Step

__all__ = ["Formula", "FormulaError", "Input", "parse_formula"]

LONGEST = 2_000
"""Characters of a formula."""
DEEPEST = 30
"""Brackets, functions and signs inside each other."""


class FormulaError(ValueError):
    """The text is no formula: a sentence for people, and the character (from 0) where it goes wrong."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """The formula that `text` writes. FormulaError where it does not, or needs no KPI at all."""
    if len(text) > LONGEST:
        raise FormulaError(f"a formula has at most {LONGEST} characters, not {len(text)}", LONGEST)
    formula = Formula(text, _Parser(text).read())
    if not formula.inputs:
        raise FormulaError("a formula needs at least one KPI, written {kpi-code}", 0)
    return formula


_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.]))"
    r"|(?P<code>\{\s*[a-z0-9-]+\s*\})|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/(),])|(?P<end>\Z)|(?P<wrong>\{[^{}]*\}?|[\w.]+|.))",
    re.DOTALL,
)
_FUNCTIONS = ("abs", "min", "max", "year_ago")


class _Parser:
    """Recursive descent; every method appends the steps of what it has read."""

    def __init__(self, text: str) -> None:
        self.tokens = [(str(found.lastgroup), found) for found in _TOKEN.finditer(text)]
        self.place = 0
        self.depth = 0
        self.steps: list[Step] = []

    def read(self) -> tuple[Step, ...]:
        self.sum()
        if self.kind != "end":
            self.refuse("an operator + - * / or the end")
        return tuple(self.steps)

    @property
    def kind(self) -> str:
        return self.tokens[self.place][0]

    @property
    def word(self) -> str:
        kind, found = self.tokens[self.place]
        return found.group(kind)

    def accept(self, *signs: str) -> str | None:
        """The sign that stands here when it is one of `signs`, stepping over it."""
        if self.kind == "sign" and self.word in signs:
            self.place += 1
            return self.tokens[self.place - 1][1].group("sign")
        return None

    def require(self, sign: str) -> None:
        if self.accept(sign) is None:
            self.refuse(f"'{sign}'")

    def refuse(self, expected: str) -> None:
        kind, found = self.tokens[self.place]
        position = found.start(kind)
        met = "the formula ends" if kind == "end" else f"there is '{found.group(kind)}'"
        raise FormulaError(f"expected {expected} at character {position + 1}, but {met}", position)

    def sum(self) -> None:
        self.product()
        while sign := self.accept("+", "-"):
            self.product()
            self.steps.append(Call(sign, 2))

    def product(self) -> None:
        self.factor()
        while sign := self.accept("*", "/"):
            self.factor()
            self.steps.append(Call(sign, 2))

    def factor(self) -> None:
        """A sign, a bracket, a number, a KPI or a function; the only place that nests."""
        self.depth += 1
        if self.depth > DEEPEST:
            position = self.tokens[self.place][1].start(self.kind)
            raise FormulaError(f"a formula nests at most {DEEPEST} levels deep", position)
        if self.accept("-"):
            self.factor()
            self.steps.append(Call("negative", 1))
        elif self.accept("("):
            self.sum()
            self.require(")")
        elif self.kind == "name":
            self.function()
        else:
            self.steps.append(self.operand())
        self.depth -= 1

    def operand(self) -> Step:
        kind, word = self.kind, self.word
        if kind not in {"number", "code"}:
            self.refuse("a number, a {kpi-code} of a-z 0-9 -, a function or '('")
        if kind == "number" and not math.isfinite(float(word)):
            self.refuse("a number that is not so large")
        self.place += 1
        return float(word) if kind == "number" else Input(_code(word))

    def function(self) -> None:
        name = self.word
        if name not in _FUNCTIONS:
            self.refuse("one of abs, min, max, year_ago, or a KPI in braces {kpi-code}")
        self.place += 1
        self.require("(")
        if name == "year_ago":
            if self.kind != "code":
                self.refuse("one {kpi-code}, as in year_ago({revenue})")
            self.steps.append(Input(_code(self.word), year_ago=True))
            self.place += 1
        else:
            self.sum()
            count = 1
            while name != "abs" and self.accept(","):
                self.sum()
                count += 1
            self.steps.append(Call(name, count))
        self.require(")")


def _code(word: str) -> str:
    return word[1:-1].strip()
