"""How definitions refer to each other, and what may not be: unknown codes, cycles, coarser inputs.

Works on links alone, so that a file with mistakes elsewhere still gets every finding about its references.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nlargest
from itertools import pairwise

from kpidash.domain.formula import Formula
from kpidash.domain.kinds import Level
from kpidash.domain.period import Frequency

_COMPARED = 20
"""Words that a wrong one is compared with closely: with all of them a file of many mistakes takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What a KPI refers to, and what matters to those that refer to it. None is none, or not known."""

    kra: str | None = None
    parent: str | None = None
    level: Level | None = None
    frequency: Frequency | None = None
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """A reference that may not be: in `field` of the definition `code`; `kind` is its list in the file."""

    kind: str
    code: str
    field: str
    message: str


def flaws(
    departments: Mapping[str, str | None], kras: Mapping[str, str | None], kpis: Mapping[str, Links]
) -> Iterator[Flaw]:
    """Everything that is wrong with the references of a catalogue.

    `departments` gives each one's parent, `kras` each one's department; a None refers to nothing.
    """
    for code, parent in departments.items():
        if parent is not None and parent not in departments:
            yield Flaw("departments", code, "parent", unknown("department", parent, departments))
    for code in _on_cycles({code: [parent] for code, parent in departments.items()}):
        yield Flaw("departments", code, "parent", "the department would be above itself; break the circle")
    for code, department in kras.items():
        if department is not None and department not in departments:
            yield Flaw("kras", code, "department", unknown("department", department, departments))
    for code, links in kpis.items():
        if links.kra is not None and links.kra not in kras:
            yield Flaw("kpis", code, "kra", unknown("KRA", links.kra, kras))
        yield from _parent_flaws(code, links, kpis)
        yield from _formula_flaws(code, links, kpis)
    for code in _on_cycles({code: [links.parent] for code, links in kpis.items()}):
        yield Flaw("kpis", code, "parent", "the KPI would drive itself; break the circle")
    for code in _on_cycles({code: _inputs(links) for code, links in kpis.items()}):
        yield Flaw("kpis", code, "formula", "the formula would need its own result; break the circle")


def _parent_flaws(code: str, links: Links, kpis: Mapping[str, Links]) -> Iterator[Flaw]:
    if links.parent is None:
        return
    parent = kpis.get(links.parent)
    if parent is None:
        yield Flaw("kpis", code, "parent", unknown("KPI", links.parent, kpis))
    elif parent.level is Level.OPERATIONAL:
        message = f"'{links.parent}' is operational; a parent is the strategic KPI that this one drives"
        yield Flaw("kpis", code, "parent", message)


def _formula_flaws(code: str, links: Links, kpis: Mapping[str, Links]) -> Iterator[Flaw]:
    for needed in _inputs(links):
        if needed not in kpis:
            yield Flaw("kpis", code, "formula", unknown("KPI", needed, kpis))
            continue
        frequency = kpis[needed].frequency
        if links.frequency is not None and frequency is not None and frequency.rank > links.frequency.rank:
            message = (
                f"'{needed}' is {frequency}, coarser than this {links.frequency} KPI; "
                f"make this KPI {frequency} or use a finer input"
            )
            yield Flaw("kpis", code, "formula", message)
    looks_back = links.formula is not None and any(needed.year_ago for needed in links.formula.inputs)
    if looks_back and links.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        message = f"year_ago needs a monthly, quarterly or yearly KPI; this one is {links.frequency}"
        yield Flaw("kpis", code, "formula", message)


def _inputs(links: Links) -> list[str]:
    if links.formula is None:
        return []
    return sorted({needed.code for needed in links.formula.inputs})


def _on_cycles(edges: Mapping[str, Iterable[str | None]]) -> list[str]:
    """The codes on circles, in the order of `edges`; also those on a path from one circle to another."""
    ahead = {
        code: {to for to in targets if to is not None and to in edges} for code, targets in edges.items()
    }
    left = _reversed(_without_ends(_reversed(_without_ends(ahead))))
    return [code for code in edges if code in left]


def _without_ends(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    """The graph without the nodes from which every way ends."""
    behind = _reversed(edges)
    open_ways = {code: len(targets) for code, targets in edges.items()}
    ended = [code for code, count in open_ways.items() if count == 0]
    for code in ended:
        for before in behind[code]:
            open_ways[before] -= 1
            if open_ways[before] == 0:
                ended.append(before)
    gone = set(ended)
    return {code: targets - gone for code, targets in edges.items() if code not in gone}


def _reversed(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    behind: dict[str, set[str]] = {code: set() for code in edges}
    for code, targets in edges.items():
        for to in targets:
            behind[to].add(code)
    return behind


def unknown(kind: str, code: str, known: Iterable[str]) -> str:
    """The sentence for a reference to a `kind` that is not there, with the nearest one that is."""
    return f"there is no {kind} '{code}'{nearest(code, known)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` with the word of `known` that `word` was probably meant to be, or nothing."""
    pairs = _pairs(word)
    likest = nlargest(_COMPARED, known, key=lambda one: len(pairs & _pairs(one)))
    found = get_close_matches(word, likest, 1)
    return f"; did you mean '{found[0]}'?" if found else ""


def _pairs(word: str) -> set[str]:
    """The pairs of neighbouring characters."""
    return {first + second for first, second in pairwise(word)}
