"""YAML is read as text with lines, and hostile YAML is refused with a sentence."""

import time

import pytest

from kpidash.domain.problems import Problem
from kpidash.ingest.definitions.yaml_tree import (
    DEEPEST,
    LARGEST,
    MOST_NODES,
    Mapping,
    Scalar,
    Sequence,
    read_tree,
)


@pytest.mark.parametrize(
    "text",
    ["NO", "007", "0o17", "0x1f", "1_000", "2026-10", "2026-10-14", "1e400", "yes", "12:30:00", "=", "<<"],
)
def test_scalars_stay_the_text_that_stands_in_the_file(text: str) -> None:
    assert read_tree(f"[{text}, '{text}', \"{text}\"]") == Sequence([Scalar(text, 1)] * 3, 1)


def test_only_plain_nulls_are_nulls() -> None:
    tree = read_tree("[null, ~, Null, NULL, 'null', '~', '']")
    assert isinstance(tree, Sequence)
    assert [item.text for item in tree.items if isinstance(item, Scalar)] == [None] * 4 + ["null", "~", ""]


def test_every_value_and_key_knows_its_line() -> None:
    tree = read_tree("# first\na: 1\n\nb:\n  - x\n  - |\n    long\n    text\nc: 2\n")
    assert isinstance(tree, Mapping)
    assert tree.lines == {"a": 2, "b": 4, "c": 9}
    assert tree.values["b"] == Sequence([Scalar("x", 5), Scalar("long\ntext\n", 6)], 5)


def test_empty_files_are_nulls() -> None:
    for text in ("", "# only a comment\n", "---\n", b"", b"\xef\xbb\xbf"):
        assert isinstance(read_tree(text), Scalar)


def test_bytes_are_utf_8_with_or_without_a_byte_order_mark() -> None:
    assert read_tree("a: ₹".encode()) == read_tree("a: ₹") == read_tree("a: ₹".encode("utf-8-sig"))


def test_aliases_stand_for_what_they_name() -> None:
    tree = read_tree("a: &one [x]\nb: *one")
    assert isinstance(tree, Mapping)
    assert tree.values["a"] == tree.values["b"]


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("a: b: c", 1, "not valid YAML"),
        ("a: 1\n\tb: 2", 2, "not valid YAML"),
        ("a: [1, 2", 1, "not valid YAML"),
        ("a: 1\nb: \x07", 2, "character"),
        ('a: "\\ud800"', 1, "not valid YAML"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: !!python/object:os.system x", 1, "tags are not read"),
        ("a: !!int 3", 1, "remove 'int'"),
        ("a: *nothing", 1, "'*nothing' stands for nothing"),
        ("a: &a [*a]", 1, "complete before it"),
        ("a: \ud800", None, "UTF-8"),
        (b"a: \xff", None, "UTF-8"),
        ("a: 1".encode("utf-16"), None, "UTF-8"),
        (b"#" * (LARGEST + 1), None, "larger than"),
        ("[" * (DEEPEST + 2), 1, "levels deep"),
        ("[" * 1_000_000, 1, "levels deep"),
        ("{a: " * 100_000, 1, "levels deep"),
        ("- " * 100_000, 1, "levels deep"),
    ],
)
def test_what_cannot_be_read_is_one_problem(content: str | bytes, line: int | None, said: str) -> None:
    problem = read_tree(content)
    assert isinstance(problem, Problem)
    assert problem.line == line
    assert said in problem.message


def test_aliases_of_aliases_do_not_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    started = time.perf_counter()
    problem = read_tree("\n".join(lines))
    assert isinstance(problem, Problem)
    assert str(MOST_NODES) in problem.message
    assert time.perf_counter() - started < 1
