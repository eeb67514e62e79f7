"""How a change of definitions would move statuses and scores, worked out beside what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.reach import months_needed
from kpidash.domain.scorecard import Rolled, Scorecard, score
from kpidash.services.company import OpenCompany, ask, made_of
from kpidash.services.overview import records
from kpidash.services.scorecards import window_of
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """A status or score that would change: of the `company`, a `department`, `kra` or `kpi`.

    None before is a new one, None after one that goes.
    """

    kind: str
    code: str
    name: str
    before: Rolled | None
    after: Rolled | None


@dataclass(frozen=True, slots=True)
class Standings:
    """What would stand differently in `window`, a month, for somebody who `reads` anything at all."""

    window: str = ""
    reads: bool = False
    found: tuple[Standing, ...] = ()


def standings(
    connection: Connection, scope: Scope, stored: StoredCatalogue, after: Catalogue, *, today: date | None
) -> Standings:
    """What would be other than it is, of what `scope` may read before and after.

    Judged in the month of today. A KPI whose code was retired gets its saved values back.
    """
    if not scope.may(Capability.READ):
        return Standings()
    was, now = made_of(stored.catalogue, stored.ids), made_of(after, numbers_of(stored, after))
    day = today or now.today()
    window = window_of(was, None, day)
    cards = _card(connection, was, day), _card(connection, now, day)
    seen = _seen(scope, stored.catalogue, after)
    found = (one for one in _pairs(was, now, cards) if (one.kind, one.code) in seen and _differs(one))
    return Standings(window.label, True, tuple(found))


def numbers_of(stored: StoredCatalogue, after: Catalogue) -> dict[str, int]:
    """By code the numbers that the database knows KPIs by; new ones get numbers that no KPI has."""
    known = {kpi.code: number for number, kpi in stored.retired.items()} | stored.ids
    new = (kpi.code for kpi in after.kpis if kpi.code not in known)
    return known | {code: -number for number, code in enumerate(new, start=1)}


def _card(connection: Connection, company: OpenCompany, day: date) -> Scorecard:
    window = window_of(company, None, day)
    return ask(
        connection,
        company,
        months_needed(company.book, window, day),
        lambda actuals: score(company.book, window, day, actuals=actuals),
    )


def _seen(scope: Scope, before: Catalogue, after: Catalogue) -> frozenset[tuple[str, str]]:
    """Kind and code of what the person may read, wherever it stands before and after."""
    found: dict[tuple[str, str], bool] = {("company", ""): True}
    for catalogue in (before, after):
        for kind, code, department in _places(catalogue):
            may = scope.may(Capability.READ, department)
            found[kind, code] = may and found.get((kind, code), True)
    return frozenset(place for place, may in found.items() if may)


def _places(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    for department in catalogue.departments:
        yield "department", department.code, department.code
    for kra in catalogue.kras:
        yield "kra", kra.code, kra.department
    for kpi in catalogue.kpis:
        yield "kpi", kpi.code, catalogue.department_of(kpi).code


def _pairs(was: OpenCompany, now: OpenCompany, cards: tuple[Scorecard, Scorecard]) -> Iterator[Standing]:
    name = now.catalogue.company.name or "The company"
    yield Standing("company", "", name, cards[0].company, cards[1].company)
    for kind, frames in (
        ("department", [card.departments for card in cards]),
        ("kra", [card.kras for card in cards]),
        ("kpi", [card.kpis for card in cards]),
    ):
        before, after = ({row["code"]: _rolled(row) for row in records(frame)} for frame in frames)
        names = _names(kind, was.catalogue) | _names(kind, now.catalogue)
        for code in dict.fromkeys([*after, *before]):
            yield Standing(kind, code, names[code], before.get(code), after.get(code))


def _names(kind: str, catalogue: Catalogue) -> dict[str, str]:
    return {one.code: one.name for one in getattr(catalogue, f"{kind}s")}


def _rolled(row: Mapping[str, object]) -> Rolled:
    score = row["score"]
    number = float(score) if isinstance(score, int | float) and score == score else None
    return Rolled(number, str(row["status"]), 1.0)


def _differs(one: Standing) -> bool:
    """Whether it comes, goes, or would look other than it does."""
    return one.before is None or one.after is None or not one.before.looks_like(one.after)
