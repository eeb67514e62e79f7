"""YAML as a tree in which every value is the text that stands in the file, with its line.

Nothing is turned into a number, date or truth value here: `NO` stays a country and `2026-10` a period.
Read from the parser's events, so that depth and size are bounded while reading and not after.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from kpidash.domain.problems import Problem

LARGEST = 20 * 2**20
"""Bytes of a file."""
MOST_NODES = 1_000_000
"""Values and keys of a file, with every alias counted as what it stands for."""
DEEPEST = 12
"""Levels of nesting; a catalogue needs 6."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as text; `text` is None for a null."""

    text: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: list["Node"]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values and lines; `faults` are keys that could not be kept: key, line, reason."""

    line: int
    values: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, int, str]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


class _Refused(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.problem = Problem("", line, message)


def read_tree(content: str | bytes) -> Node | Problem:
    """The one document of `content` (bytes: UTF-8), a null for an empty file, or why it cannot be read."""
    try:
        data = content.encode() if isinstance(content, str) else content
        if len(data) > LARGEST:
            return Problem("", None, f"the file is larger than {LARGEST // 2**20} MB")
        return _Builder(yaml.parse(data.decode("utf-8-sig"), Loader=_LOADER)).document()
    except _Refused as refused:
        return refused.problem
    except UnicodeError:
        return Problem("", None, "the file is not UTF-8 text; save it as UTF-8")
    except yaml.MarkedYAMLError as error:
        return _syntax_problem(error, data)
    except yaml.reader.ReaderError as error:
        line = data[: error.position].count(b"\n") + 1
        return Problem("", line, "not valid YAML: a character that text cannot hold; remove it")


def _syntax_problem(error: yaml.MarkedYAMLError, data: bytes) -> Problem:
    mark = error.problem_mark or error.context_mark
    # What is missing at the end is found on a line after the last, which no editor shows.
    line = min(mark.line + 1, max(1, len(data.splitlines()))) if mark else None
    said = ", ".join(part for part in (error.context, error.problem) if part)
    hint = next((hint for cause, hint in _HINTS.items() if cause in said), "")
    return Problem("", line, f"not valid YAML: {said}{hint}")


_HINTS = {
    "mapping values are not allowed": "; put quotes around a text that holds ': '",
    "cannot start any token": "; indent with spaces, not tabs; quote text that begins with @ or %",
}


class _Builder:
    """Turns events into nodes."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.count = 0

    def document(self) -> Node:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Scalar(None, 1)
        root = self.node(next(self.events), 0)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Refused(_line(after), "a second document begins here; keep one catalogue in one file")
        return root

    def node(self, event: Any, depth: int) -> Node:
        self.add(1, event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if event.tag is not None and event.tag != "!":
            raise _Refused(_line(event), f"tags are not read; remove '{event.tag.split(':')[-1]}'")
        if depth > DEEPEST:
            raise _Refused(_line(event), f"nested more than {DEEPEST} levels deep")
        before = self.count
        node = self.content(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.count - before)
        return node

    def content(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and event.value in _NULLS
            return Scalar(None if is_null else event.value, _line(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.mapping(event, depth)

    def sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(items, _line(start))

    def mapping(self, start: Any, depth: int) -> Mapping:
        mapping = Mapping(_line(start))
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar) or key.text is None:
                mapping.faults.append(("", line, "a key must be a word"))
            elif key.text in mapping.values:
                first = mapping.lines[key.text]
                mapping.faults.append((key.text, line, f"already given in line {first}; remove one of them"))
            else:
                mapping.values[key.text] = value
                mapping.lines[key.text] = line
        return mapping

    def alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            raise _Refused(_line(event), f"'*{event.anchor}' stands for nothing that is complete before it")
        node, size = self.anchors[event.anchor]
        self.add(size, event)
        return node

    def add(self, count: int, event: Any) -> None:
        self.count += count
        if self.count > MOST_NODES:
            raise _Refused(_line(event), f"more than {MOST_NODES} values, aliases included")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
