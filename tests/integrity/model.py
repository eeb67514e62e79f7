"""What uploads should leave behind, as plain dictionaries: the truth that a database is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple


class Key(NamedTuple):
    """What one value is about, as files write it: the kind of file, the KPI, the period, the region."""

    kind: str
    kpi: str
    period: str
    region: str = ""


class Told(NamedTuple):
    """What a file says of a key: three numbers (targets: value, low, high; actuals: value, parts), a note."""

    numbers: tuple[float | None, float | None, float | None]
    note: str | None = None


class Version(NamedTuple):
    """A value that stands or stood, and the upload whose file gave it."""

    told: Told
    source: int


State = Mapping[Key, Version]


@dataclass
class Upload:
    """One upload: what it did to each key (before, after), what it undid, and whether it counts."""

    kind: str
    did: dict[Key, tuple[Version | None, Version | None]]
    undoes: int | None = None
    counts: bool = True
    unchanged: int = 0

    @property
    def added(self) -> int:
        return sum(before is None for before, _ in self.did.values())

    @property
    def changed(self) -> int:
        return len(self.did) - self.added


@dataclass(frozen=True)
class Shown:
    """A preview: what the file says, and what stood then for its keys."""

    rows: Mapping[Key, Told]
    stood: Mapping[Key, Told | None]

    @property
    def added(self) -> list[Key]:
        return [key for key in self.rows if self.stood[key] is None]

    @property
    def changed(self) -> list[Key]:
        both = {key: (self.stood[key], told) for key, told in self.rows.items()}
        return [key for key, (old, new) in both.items() if old is not None and differs(old, new)]


def differs(old: Told, new: Told) -> bool:
    """Whether a file changes a value; saying nothing in place of a note does not."""
    return old.numbers != new.numbers or (new.note is not None and new.note != old.note)


@dataclass
class Model:
    """Current values, all uploads by number, and every state with the upload that led to it."""

    state: dict[Key, Version] = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)
    past: list[tuple[int, dict[Key, Version]]] = field(default_factory=list)

    def shown(self, rows: Mapping[Key, Told]) -> Shown:
        return Shown(dict(rows), {key: self.told(key) for key in rows})

    def told(self, key: Key) -> Told | None:
        return self.state[key].told if key in self.state else None

    def moved(self, shown: Shown) -> set[Key]:
        """The keys of a preview that are not what they were when it was made.

        What became of the note of a value that the file repeats without a note makes no difference.
        """
        found = {key for key, told in shown.stood.items() if self.told(key) != told}
        return {key for key in found if not self._repeats(shown, key)}

    def _repeats(self, shown: Shown, key: Key) -> bool:
        stood, stands, told = shown.stood[key], self.told(key), shown.rows[key]
        silent = told.note is None and stood is not None and stands is not None
        return silent and stood.numbers == stands.numbers == told.numbers

    def commit(self, number: int, shown: Shown) -> None:
        written = [*shown.added, *shown.changed]
        kind = written[0].kind
        self._put(
            Upload(kind, {}, unchanged=len(shown.rows) - len(written)),
            number,
            {key: Version(shown.rows[key], number) for key in written},
        )

    def in_the_way(self, number: int) -> set[Key]:
        """The keys whose state after the upload does not stand any more."""
        return {key for key, (_, after) in self.uploads[number].did.items() if self.state.get(key) != after}

    def undo(self, number: int, made: int) -> None:
        taken = self.uploads[number]
        self._flip(number)
        before = {key: before for key, (before, _) in taken.did.items()}
        self._put(Upload("undo", {}, undoes=number), made, before)

    def kind_of(self, number: int) -> str:
        upload = self.uploads[number]
        return upload.kind if upload.undoes is None else self.kind_of(upload.undoes)

    def _flip(self, number: int) -> None:
        """What an upload undid counts again when it does not count itself, and so on down the line."""
        upload = self.uploads[number]
        upload.counts = not upload.counts
        if upload.undoes is not None:
            self._flip(upload.undoes)

    def _put(self, upload: Upload, number: int, versions: Mapping[Key, Version | None]) -> None:
        did = {key: (self.state.get(key), after) for key, after in versions.items()}
        self.uploads[number] = replace(upload, did=did)
        for key, after in versions.items():
            self.state.pop(key, None)
            if after is not None:
                self.state[key] = after
        self.past.append((number, dict(self.state)))


def sums(state: State, kpis: Iterable[str]) -> dict[tuple[str, str], float]:
    """All regions together: the sum of the values of each KPI and period that has one."""
    found: dict[tuple[str, str], float] = {}
    for key, version in state.items():
        if key.kind == "actuals" and key.kpi in kpis:
            place = key.kpi, key.period
            found[place] = found.get(place, 0.0) + (version.told.numbers[0] or 0.0)
    return found
