"""The columns of a file with their meanings, as far as headers, contents and the person tell them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.headings import Heading, Said, axis_of, said_by
from kpidash.ingest.issues import Issue, IssueCode
from kpidash.ingest.layout import NUMBERS, OWN_NAMES, Kind, kind_of_names
from kpidash.ingest.mapping import NEAR_CERTAIN, Suggestion, suggestions
from kpidash.ingest.meanings import LEFT_OUT, NUMBER_ROLES, Dictionary
from kpidash.ingest.terms import UNKNOWN
from kpidash.ingest.text_table import TextTable
from kpidash.ingest.vocabulary import is_total, spaced


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: the role of its cells, and what its header says of all of them (by role)."""

    index: int
    role: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a file's columns; `unknown` are the indices of those that mean nothing yet."""

    kind: Kind
    columns: tuple[Column, ...]
    unknown: tuple[int, ...]
    constants: Mapping[str, str]
    dimensions: tuple[str, ...]
    suggestions: tuple[Suggestion, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    both: tuple[int, ...] = ()
    strange: tuple[str, ...] = field(default=())


def resolved(
    table: TextTable,
    headings: Sequence[Heading],
    words: Dictionary,
    kind: Kind | None,
    said: Mapping[str, str],
) -> Found:
    """The meaning of each column. `kind` is None where the file is to tell."""
    axis = axis_of(headings, words)
    certain = [said_by(heading, words, axis=axis) for heading in headings]
    blank = table.blank_columns()
    open_ = [
        at for at, each in enumerate(certain)
        if each is None and not (at in blank and not headings[at].parts)
    ]  # fmt: skip
    guessed = _guessed(table, words, certain, open_)
    taken = {each.index: each for each in guessed if each.confidence >= NEAR_CERTAIN}
    roles = {at: each[1] for at, each in enumerate(certain) if each and each[1]}
    roles |= {at: each.role for at, each in taken.items()}
    wide = any(each and each[0] for each in certain)
    totals = [at for at in open_ if wide and is_total(headings[at].name)]
    found_kind = kind or kind_of_names(roles.values())
    other = NUMBERS[Kind.TARGETS if found_kind is Kind.ACTUALS else Kind.ACTUALS]
    aside = [at for at, role in roles.items() if role in other]
    if found_kind is Kind.TARGETS:
        aside += [at for at, role in roles.items() if role == "note"]
    number = "value" if found_kind is Kind.ACTUALS else "target"
    columns = [
        Column(at, roles.get(at, number), certain[at] or ({}, None))
        for at in range(len(headings))
        if (at in roles or certain[at]) and at not in aside and roles.get(at) != LEFT_OUT
    ]
    return Found(
        kind=found_kind,
        columns=tuple(columns),
        unknown=tuple(at for at in open_ if at not in taken and at not in totals),
        constants=_constants(said, headings, words),
        dimensions=words.terms.dimensions,
        suggestions=guessed,
        evidence=(
            *_taken(taken.values()),
            *_totals([headings[at].name for at in totals]),
            *(_aside([headings[at].name for at in aside], found_kind) if kind else ()),
        ),
        both=tuple(at for at in aside if kind is None and roles[at] in other),
        strange=tuple(_strange(said, headings, words)),
    )


def _guessed(
    table: TextTable, words: Dictionary, certain: Sequence[Said | None], open_: Sequence[int]
) -> tuple[Suggestion, ...]:
    has = {each[1] for each in certain if each and each[1]}
    has |= {role for each in certain if each for role in each[0]}
    has |= NUMBER_ROLES if any(each and each[0] and not each[1] for each in certain) else set()
    return suggestions(table, words, kind=Kind.ACTUALS, columns=open_, taken=has)


def _constants(said: Mapping[str, str], headings: Sequence[Heading], words: Dictionary) -> dict[str, str]:
    """What the person said of the whole file: `kpi=csat`, where no column is named kpi."""
    roles = {spaced(name): name for name in ("kpi", "period", *words.terms.dimensions)}
    named = {spaced(heading.name) for heading in headings}
    return {
        roles[spaced(header)]: meaning.strip()
        for header, meaning in said.items()
        if spaced(header) in roles and spaced(header) not in named and meaning.strip() not in {"", LEFT_OUT}
    }


def _strange(said: Mapping[str, str], headings: Sequence[Heading], words: Dictionary) -> Iterator[str]:
    """Left sides of the mapping that are no column, nothing to say of the whole file and no KPI's name."""
    named = {spaced(heading.name) for heading in headings}
    named |= {spaced(part.text) for heading in headings for part in heading.parts}
    for header, meaning in said.items():
        constant = spaced(header) in {spaced(name) for name in ("kpi", "period", *words.terms.dimensions)}
        if spaced(header) not in named and not constant and words.terms.find(meaning) == UNKNOWN:
            yield header


def _taken(taken: Iterable[Suggestion]) -> Iterator[Evidence]:
    for each in taken:
        yield Evidence("column", each.role, f"'{each.column}' is read as {each.role}: {each.reason}.")


def _totals(names: Sequence[str]) -> Iterator[Evidence]:
    for name in names:
        yield Evidence("total_column", name, f"'{name}' is left out: it is a total of other columns.")


def _aside(names: Sequence[str], kind: Kind) -> Iterator[Evidence]:
    for name in names:
        yield Evidence("left_out", name, f"'{name}' is left out: this upload takes {kind}.")


def asked(found: Found, names: Sequence[str], row: int) -> Iterator[Issue]:
    """An issue for each column without a meaning, with the words that would give it one."""
    guesses = {each.index: each for each in found.suggestions}
    for at in found.unknown:
        name = names[at]
        what = f"'{name}' is neither a column of this kind of file nor a dimension of a KPI"
        if guess := guesses.get(at):
            hint = f"it may be the {guess.role} ({guess.reason}): add --map '{name}={guess.role}'"
        else:
            roles = ", ".join(OWN_NAMES[found.kind])
            hint = f"say what it is with --map '{name}=…' ({roles}, a KPI or a period)"
        message = f"{what}; {hint}, or --map '{name}=-' to leave it out."
        yield Issue(row, name, IssueCode.UNKNOWN_COLUMN, name, message)
    for at in found.both:
        what = f"The file has actuals and targets side by side ('{names[at]}')"
        message = f"{what}; say which to upload: --kind actuals or --kind targets."
        yield Issue(row, names[at], IssueCode.UNKNOWN_COLUMN, names[at], message)
    for header in found.strange:
        message = f"The mapping names '{header}', and the file has no such column."
        yield Issue(row, header, IssueCode.MISSING_COLUMN, None, message)
