"""Definitions on their way from a file into the catalogue: what the file says over what is stored."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from kpidash.domain.definitions import Company, Department, Kpi, Kra
from kpidash.ingest.definitions.blocks import Block, Report

Entity = Company | Department | Kra | Kpi


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition as it would be.

    `values` are its fields as far as they are known and right, absent ones excepted; `block` is its place in
    the file, None for one that is only stored. `targets` and `benchmarks` tell where each one stands.
    """

    path: str
    values: dict[str, Any]
    block: Block | None = None
    targets: dict[Any, Block] = field(default_factory=dict)

    def at(self, key: str) -> tuple[str, int | None]:
        """Path and line of a field."""
        return (f"{self.path}.{key}", None) if self.block is None else self.block.at(key)

    def build(self, kind: type[Any]) -> Any:
        """The definition; only of a draft without problems."""
        return kind(**self.values)


def stored_draft(list_name: str, entity: Department | Kra | Kpi) -> Draft:
    """A stored definition that the file does not mention."""
    return Draft(f"{list_name}[{entity.code}]", values_of(entity))


def values_of(entity: Entity) -> dict[str, Any]:
    """The fields of a definition by name."""
    return {one.name: getattr(entity, one.name) for one in dataclasses.fields(entity)}


def merged(block: Block, kind: type[Entity], stored: Entity | None, report: Report) -> dict[str, Any]:
    """The fields of a `kind`: those of the file, else the stored ones, else the defaults.

    A null in the file stands for the default. A required field that nothing gives is noted as a problem.
    """
    values = {} if stored is None else values_of(stored)
    for one in dataclasses.fields(kind):
        name = one.name
        if name in block.values:
            values[name] = block.values[name]
        elif name in block.wrong:
            values.pop(name, None)
            continue
        if values.get(name) is not None:
            continue
        if one.default is not dataclasses.MISSING:
            values[name] = one.default
        else:
            values.pop(name, None)
            report.add(*block.at(name), f"'{name}' is required")
    return values
