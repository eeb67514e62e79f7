"""Which library tells encodings and delimiters of messy files, and how fast; see `python -m bench.readers`.

Runs every candidate that is installed over the text files of tests/ingest/files/reading whose .json names an
encoding or a delimiter; installs nothing.
"""

import codecs
import csv
import importlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kpidash.ingest.read import ReadOptions, read

FOLDER = Path(__file__).parent.parent / "tests" / "ingest" / "files" / "reading"
Guess = Callable[[bytes], str | None]


def _cases(what: str) -> Iterator[tuple[bytes, str]]:
    for path in sorted(FOLDER.glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        if what in expected["evidence"] and what not in expected["options"]:
            yield path.with_suffix("").read_bytes(), expected["evidence"][what]


def _ours(what: str) -> Guess:
    def guess(content: bytes) -> str | None:
        table, _ = read("x.csv", content, options=ReadOptions())
        found = table.found(what) if table else None
        return found.value if found else None

    return guess


def _encodings() -> Iterator[tuple[str, Guess]]:
    yield "kpidash", _ours("encoding")
    if chardet := _installed("chardet"):
        yield "chardet", lambda content: chardet.detect(content)["encoding"]
    if normalizer := _installed("charset_normalizer"):
        yield (
            "charset-normalizer",
            lambda content: getattr(normalizer.from_bytes(content).best(), "encoding", None),
        )


def _delimiters() -> Iterator[tuple[str, Guess]]:
    yield "kpidash", _ours("delimiter")
    yield "csv.Sniffer", lambda content: csv.Sniffer().sniff(_text(content)).delimiter
    if clever := _installed("clevercsv"):
        yield "clevercsv", lambda content: getattr(clever.Sniffer().sniff(_text(content)), "delimiter", None)


def _text(content: bytes) -> str:
    return content.decode("utf-16" if content.startswith(codecs.BOM_UTF16_LE) else "utf-8", errors="replace")


def _installed(name: str):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _same(what: str, content: bytes, guess: str | None, truth: str) -> bool:
    if what == "delimiter" or not guess:
        return guess == truth
    try:
        return content.decode(guess).lstrip("\ufeff") == content.decode(truth).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return False


def main() -> None:
    """Print one table."""
    print("| question | candidate | right | of | ms per file |\n|---|---|---|---|---|")
    for what, candidates in (("encoding", _encodings()), ("delimiter", _delimiters())):
        cases = [case for case in _cases(what) if not case[0].startswith(b"PK")]
        for name, guess in candidates:
            right, begun = 0, time.perf_counter()
            for content, truth in cases:
                try:
                    right += _same(what, content, guess(content), truth)
                except Exception:  # a candidate that gives up is wrong
                    continue
            took = (time.perf_counter() - begun) / len(cases) * 1000
            print(f"| {what} | {name} | {right} | {len(cases)} | {took:.1f} |")
