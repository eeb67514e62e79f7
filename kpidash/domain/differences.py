"""What differs between two catalogues, definition by definition and field by field."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Company, Department, Kpi, Kra

Entity = Company | Department | Kra | Kpi


class Kind(StrEnum):
    """What a definition is of, by its place in a catalogue file."""

    COMPANY = "company"
    DEPARTMENT = "departments"
    KRA = "kras"
    KPI = "kpis"


class What(StrEnum):
    """What becomes of a definition."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that becomes other; None is nothing. `key` names the target (its `key`) or benchmark (its
    name) of a KPI that this is about, else it is None.
    """

    field: str
    before: Any
    after: Any
    key: Any = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One definition that differs; `name` is the newer one, and `fields` are empty where it goes."""

    kind: Kind
    code: str
    name: str
    what: What
    fields: tuple[FieldChange, ...] = ()


def differences(before: Catalogue, after: Catalogue) -> tuple[Difference, ...]:
    """All that differs, in the order of a catalogue file: what there is after, then what goes.

    The order of definitions is no difference.
    """
    return tuple(_differences(before, after))


def entities(catalogue: Catalogue, kind: Kind) -> dict[str, Any]:
    """The definitions of one kind by code; the company has the code `company`."""
    if kind is Kind.COMPANY:
        return {kind.value: catalogue.company}
    return {one.code: one for one in getattr(catalogue, kind.value)}


def _differences(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    for kind in Kind:
        was, now = entities(before, kind), entities(after, kind)
        for code, one in now.items():
            if code not in was:
                yield Difference(kind, code, one.name, What.ADDED, tuple(_fields(None, one)))
            elif was[code] != one:
                yield Difference(kind, code, one.name, What.CHANGED, tuple(_fields(was[code], one)))
        for code, one in was.items():
            if code not in now:
                yield Difference(kind, code, one.name, What.REMOVED)


def _fields(before: Entity | None, after: Entity) -> Iterator[FieldChange]:
    """The fields that differ; of a new definition those that are not at their default."""
    for field in dataclasses.fields(after):
        now = getattr(after, field.name)
        was = field.default if before is None else getattr(before, field.name)
        if was is dataclasses.MISSING:
            was = None
        if field.name in _LISTS:
            yield from _entries(field.name, getattr(before, field.name, ()), now)
        elif was != now:
            yield FieldChange(field.name, None if before is None else was, now)


_LISTS = {"targets": "key", "benchmarks": "name"}
"""Fields of a KPI that are lists, and by what their entries are known."""


def _entries(field: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[FieldChange]:
    by = _LISTS[field]
    was, now = ({getattr(one, by): one for one in listed} for listed in (before, after))
    for key in dict.fromkeys([*was, *now]):
        if was.get(key) != now.get(key):
            yield FieldChange(field, was.get(key), now.get(key), key)
