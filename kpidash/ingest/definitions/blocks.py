"""One mapping of a catalogue file, read key by key against its schema."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kpidash.domain.problems import Problem
from kpidash.domain.references import nearest
from kpidash.ingest.definitions.fields import Schema
from kpidash.ingest.definitions.values import Convert, Wrong
from kpidash.ingest.definitions.yaml_tree import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Report:
    """Collects the problems of a file."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, line: int | None, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(path, line, message))


@dataclass(frozen=True, slots=True)
class Block:
    """What a mapping of the file says.

    `values` are the keys that could be read, None where the file has a null; `wrong` the keys that could
    not; `nested` the values that the schema leaves to others; `lines` where each key stands.
    """

    path: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    nested: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def at(self, key: str) -> tuple[str, int]:
        """Path and line of a key; of the mapping where the key is absent."""
        return f"{self.path}.{key}", self.lines.get(key, self.line)

    def given(self, key: str) -> bool:
        """Whether the file has something for the key, right or wrong."""
        return key in self.wrong or self.values.get(key) is not None


def read_block(node: Node, path: str, schema: Schema, report: Report) -> Block | None:
    """The mapping at `path`, its problems noted; None (and a problem) where the file has something else."""
    if not isinstance(node, Mapping):
        report.add(path, node.line, "must be keys with values, as in 'name: Sales'")
        return None
    block = Block(path, node.line)
    for key, line, message in node.faults:
        if key in schema or not key:  # an unknown key is told once, as unknown
            report.add(f"{path}.{key}".strip("."), line, message)
    for key, value in node.values.items():
        where = f"{path}.{key}".strip(".")
        if key not in schema:
            report.add(where, node.lines[key], _unknown_key(key, schema))
            continue
        # A value that is not a single text is looked for at its key, not where its first part stands.
        block.lines[key] = value.line if isinstance(value, Scalar) else node.lines[key]
        convert = schema[key]
        if convert is None:
            block.nested[key] = value
        else:
            _read_value(block, key, value, convert, report)
    return block


def _unknown_key(key: str, schema: Schema) -> str:
    if re.fullmatch("[0-9.]+", key):
        return f"'{key[:60]}' stands after a comma; write numbers without commas, as in 5000000"
    hint = nearest(key[:60], schema) or f"; the keys here are {', '.join(schema)}"
    return f"'{key[:60]}' is not a key here{hint}"


def _read_value(block: Block, key: str, value: Node, convert: Convert, report: Report) -> None:
    try:
        block.values[key] = read_scalar(value, convert)
    except Wrong as wrong:
        block.wrong.add(key)
        report.add(f"{block.path}.{key}", block.lines[key], str(wrong))


def read_scalar(node: Node, convert: Convert) -> Any:
    """The converted text; None for a null or blank text. Raises Wrong."""
    if not isinstance(node, Scalar):
        raise Wrong("must be a single value, not a list or keys")
    text = "" if node.text is None else node.text.strip()
    return convert(text) if text else None


def read_items(node: Node, path: str, report: Report) -> Iterator[tuple[str, Node]]:
    """The items of a list with their paths; nothing for a null."""
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield f"{path}[{index}]", item
    elif not isinstance(node, Scalar) or node.text is not None:
        report.add(path, node.line, "must be a list; begin each entry with '- '")


def require(block: Block, *keys: str, report: Report) -> None:
    """Note a problem for each of `keys` that the block does not give."""
    for key in keys:
        if not block.given(key):
            report.add(*block.at(key), f"'{key}' is required")
