"""Problems of a definitions file as values with a place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a catalogue: where, and in words for an analyst what to do about it.

    `path` names the field (`kpis[3].aggregation`, counted from 0; empty for the file as a whole), `line`
    the line of the file counted from 1; None where the place is a stored definition, not in the file.
    """

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = [] if self.line is None else [f"line {self.line}"]
        return ": ".join([*place, *filter(None, [self.path]), self.message])
