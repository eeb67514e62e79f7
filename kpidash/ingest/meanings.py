"""What one header cell can mean by itself: a role, a period, a KPI or a value of a dimension."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpidash.ingest.coarse import Calendar
from kpidash.ingest.notations import readings, serial
from kpidash.ingest.terms import UNKNOWN, Terms
from kpidash.ingest.vocabulary import MEANINGS, ROLES, is_total, spaced

LEFT_OUT = "-"
NUMBER_ROLES = frozenset({"value", "numerator", "denominator", "target", "low", "high"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """The role of a column or, with `text`, what its header says for all cells below it."""

    role: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What header cells mean in this company; `said` are the person's words by header, spaced."""

    terms: Terms
    calendar: Calendar
    said: Mapping[str, str] = field(default_factory=dict)

    def told(self, header: str) -> Meaning | None:
        """What the person said about a header."""
        meaning = self.said.get(spaced(header))
        return None if meaning is None else self.answer(meaning)

    def answer(self, meaning: str) -> Meaning | None:
        """What the right side of `--map` means: a role, `-`, a KPI, a period, or `role:text`."""
        if not meaning.strip() or meaning.strip() == LEFT_OUT:
            return Meaning(LEFT_OUT)
        role, colon, text = meaning.partition(":")
        if colon and (exact := self._role(role)) and text.strip():
            return Meaning(exact, text.strip())
        return self.exact(meaning)

    def exact(self, header: str) -> Meaning | None:
        """What a header certainly means: the name of a role or dimension, a KPI, a period, a known value."""
        if role := self._role(header):
            return Meaning(role)
        if (at := self.terms.find(header)) != UNKNOWN:
            return Meaning("kpi", self.terms.kpis[at].code)
        if self.is_period(header):
            return Meaning("period", header.strip())
        owners = [name for name, values in self.terms.segment_values.items() if header.strip() in values]
        return Meaning(owners[0], header.strip()) if len(owners) == 1 else None

    def split(self, header: str) -> tuple[Meaning, ...]:
        """`Oct 2026 actual` or `Target 2026-Q3`: a word for a number beside something certain."""
        words = header.replace("_", " ").split()
        for word, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
            number = MEANINGS.get(spaced(" ".join(word).strip("()")))
            other = self.exact(" ".join(rest).rstrip(" -:/,")) if rest else None
            if number in NUMBER_ROLES and number and other and other.text:
                return other, Meaning(number)
        return ()

    def of_part(self, header: str) -> Meaning | None:
        """The same for one of two header rows, where usual words such as `plan` are enough."""
        exact = self.told(header) or self.exact(header)
        if exact is None and (role := MEANINGS.get(spaced(header))):
            return Meaning(role)
        if exact is None and is_total(header):
            return Meaning(LEFT_OUT)
        return exact

    def is_period(self, header: str) -> bool:
        """Whether a header is a period in any reading, also a doubtful one."""
        if serial(header.strip()):
            return True
        try:
            return bool(readings(header.strip(), self.calendar)) if any(map(str.isdigit, header)) else False
        except (ValueError, OverflowError):
            return False

    def _role(self, header: str) -> str | None:
        name = spaced(header)
        if name in ROLES:
            return name
        return next((known for known in self.terms.dimensions if spaced(known) == name), None)
