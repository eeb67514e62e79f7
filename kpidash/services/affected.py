"""Whom a change of definitions concerns, and who would see or do more or less by it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpidash.domain.access import Capability, Grant, Scope, scope_of
from kpidash.domain.catalogue import Catalogue, Department
from kpidash.domain.differences import Difference, Kind, What, entities


@dataclass(frozen=True, slots=True)
class Affected:
    """One person with what differs: of what is theirs, and by the name of each department that they head."""

    email: str
    owns: tuple[Difference, ...]
    heads: tuple[tuple[str, tuple[Difference, ...]], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person would gain or lose: a capability in `places`, names of departments or of KPIs."""

    email: str
    gained: bool
    capability: Capability
    places: tuple[str, ...]


def affected(before: Catalogue, after: Catalogue, found: Sequence[Difference]) -> tuple[Affected, ...]:
    """Owners of what differs and heads of its departments, before and after; the most concerned first."""
    owns: dict[str, dict[str, Difference]] = {}
    heads: dict[str, dict[str, dict[str, Difference]]] = {}
    for one in found:
        for catalogue in (before, after):
            entity = entities(catalogue, one.kind).get(one.code)
            if entity is None or one.kind is Kind.COMPANY:
                continue
            key = f"{one.kind}:{one.code}"
            if one.kind is not Kind.DEPARTMENT and entity.owner:
                owns.setdefault(entity.owner.lower(), {})[key] = one
            department = _department(catalogue, one)
            if department.head:
                mine = heads.setdefault(department.head.lower(), {})
                mine.setdefault(department.name, {})[key] = one
    people = {
        email: Affected(
            email,
            tuple(owns.get(email, {}).values()),
            tuple((name, tuple(mine.values())) for name, mine in heads.get(email, {}).items()),
        )
        for email in dict.fromkeys([*owns, *heads])
    }
    return tuple(sorted(people.values(), key=_much))


def _much(person: Affected) -> tuple[int, str]:
    return -len(person.owns) - sum(len(found) for _, found in person.heads), person.email


def _department(catalogue: Catalogue, one: Difference) -> Department:
    if one.kind is Kind.DEPARTMENT:
        return catalogue.department(one.code)
    kra = one.code if one.kind is Kind.KRA else catalogue.kpi(one.code).kra
    return catalogue.department(catalogue.kra(kra).department)


def turns(
    before: Catalogue, after: Catalogue, found: Sequence[Difference], grants: Mapping[str, tuple[Grant, ...]]
) -> tuple[Turn, ...]:
    """What people gain and lose where heads, parents or departments differ; `grants` are those of everybody.

    Nothing is told of those who hold something for the whole company before and after.
    """
    if all(one.kind is Kind.COMPANY for one in found):
        return ()
    heads = {one.head.lower() for each in (before, after) for one in each.departments if one.head}
    told: list[Turn] = []
    for email in sorted({*grants, *heads}):
        held = grants.get(email, ())
        scopes = scope_of(email, held, before), scope_of(email, held, after)
        for capability in Capability:
            told += _departments(email, capability, scopes, (before, after))
        told += _moved(email, scopes, before, after, found)
    return tuple(told)


def _departments(
    email: str, capability: Capability, scopes: tuple[Scope, Scope], of: tuple[Catalogue, Catalogue]
) -> Iterator[Turn]:
    if any(scope.everywhere(capability) for scope in scopes):
        return
    had, has = (scope.departments(capability) for scope in scopes)
    for gained, codes, catalogue in ((True, has - had, of[1]), (False, had - has, of[0])):
        if codes:
            places = tuple(one.name for one in catalogue.departments if one.code in codes)
            yield Turn(email, gained, capability, places)


def _moved(
    email: str, scopes: tuple[Scope, Scope], before: Catalogue, after: Catalogue, found: Iterable[Difference]
) -> Iterator[Turn]:
    """KPIs that leave or come to the departments that the person reads, these being the same."""
    sides: dict[bool, list[str]] = {True: [], False: []}
    for code, name in _refiled(before, after, found).items():
        had, has = (
            scope.may(Capability.READ, catalogue.department_of(catalogue.kpi(code)).code)
            for scope, catalogue in zip(scopes, (before, after), strict=True)
        )
        if had != has:
            sides[has].append(name)
    for gained, names in sides.items():
        if names:
            yield Turn(email, gained, Capability.READ, tuple(names))


def _refiled(before: Catalogue, after: Catalogue, found: Iterable[Difference]) -> dict[str, str]:
    """The KPIs, code and name, that are there before and after, but of another department."""
    kras = {one.code for one in found if one.kind is Kind.KRA and one.what is What.CHANGED}
    kpis = {one.code for one in found if one.kind is Kind.KPI and one.what is What.CHANGED}
    moved = {}
    for kpi in after.kpis:
        if (kpi.code in kpis or kpi.kra in kras) and before.has_kpi(kpi.code):
            was, now = before.department_of(before.kpi(kpi.code)).code, after.department_of(kpi).code
            if was != now:
                moved[kpi.code] = kpi.name
    return moved
