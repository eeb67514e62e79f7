"""The catalogue: all definitions of a company, and how they hang together (RULES.md §1)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self, TypeVar

from kpidash.domain.definitions import (
    Benchmark,
    Company,
    Department,
    Kpi,
    Kra,
    PeriodTarget,
    Trajectory,
)
from kpidash.domain.formula import parse_formula
from kpidash.domain.kinds import Aggregation, Direction, Indicator, Level, Pace, Unit
from kpidash.domain.references import Links, flaws

__all__ = [
    "Aggregation",
    "Benchmark",
    "Catalogue",
    "Company",
    "Department",
    "Direction",
    "Indicator",
    "Kpi",
    "Kra",
    "Level",
    "Pace",
    "PeriodTarget",
    "Trajectory",
    "Unit",
]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


Entity = TypeVar("Entity", bound=_Coded)


# No slots: look-ups are cached on the instance.
@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Departments, KRAs and KPIs in the order in which people wrote them; codes are unique per kind.

    Refuses duplicate codes and every reference that `kpidash.domain.references` finds a flaw in.
    Look-ups by an unknown code raise KeyError.
    """

    company: Company
    departments: tuple[Department, ...] = ()
    kras: tuple[Kra, ...] = ()
    kpis: tuple[Kpi, ...] = ()

    def __post_init__(self) -> None:
        departments = {code: one.parent for code, one in self._departments.items()}
        kras = {code: kra.department for code, kra in self._kras.items()}
        for flaw in flaws(departments, kras, {code: links_of(kpi) for code, kpi in self._kpis.items()}):
            raise ValueError(f"{flaw.kind} {flaw.code}: {flaw.field}: {flaw.message}")

    @classmethod
    def empty(cls) -> Self:
        """A company of which nothing is known yet."""
        return cls(company=Company())

    def department(self, code: str) -> Department:
        """The department with this code."""
        return self._departments[code]

    def kra(self, code: str) -> Kra:
        """The KRA with this code."""
        return self._kras[code]

    def has_department(self, code: str) -> bool:
        """Whether there is a department with this code."""
        return code in self._departments

    def kpi(self, code: str) -> Kpi:
        """The KPI with this code."""
        return self._kpis[code]

    def has_kpi(self, code: str) -> bool:
        """Whether there is a KPI with this code."""
        return code in self._kpis

    def department_of(self, kpi: Kpi) -> Department:
        """The department whose KRA holds the KPI."""
        return self.department(self.kra(kpi.kra).department)

    def children(self, department: str | None) -> tuple[Department, ...]:
        """The departments directly below this one; below None those at the top."""
        return self._children.get(department, ())

    def kras_of(self, department: str) -> tuple[Kra, ...]:
        """The department's own KRAs."""
        return self._kras_of.get(department, ())

    def kpis_of(self, kra: str) -> tuple[Kpi, ...]:
        """The KPIs of the KRA."""
        return self._kpis_of.get(kra, ())

    def kpis_in(self, departments: Collection[str]) -> tuple[Kpi, ...]:
        """The KPIs of the KRAs of these departments, those below them not included."""
        return tuple(kpi for kpi in self.kpis if self._kras[kpi.kra].department in departments)

    def codes_below(self, department: str) -> frozenset[str]:
        """The codes of the KPIs of the department and of all below it, found once."""
        if department not in self._codes_below:
            inside = self.kpis_in(self.subtree(department))
            self._codes_below[department] = frozenset(kpi.code for kpi in inside)
        return self._codes_below[department]

    def owned_by(self, email: str) -> tuple[str, ...]:
        """The codes of the KPIs that name this person, in small letters, as their owner."""
        return self._owned.get(email, ())

    def subtree(self, department: str) -> frozenset[str]:
        """The codes of the department and of all below it."""
        found = {self.department(department).code}
        waiting = [department]
        while waiting:
            below = [one.code for one in self.children(waiting.pop()) if one.code not in found]
            found.update(below)
            waiting.extend(below)
        return frozenset(found)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all KPIs."""
        return frozenset(self._kpis)

    @cached_property
    def _codes_below(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _owned(self) -> dict[str, tuple[str, ...]]:
        return _grouped((kpi.owner.lower(), kpi.code) for kpi in self.kpis if kpi.owner)

    @cached_property
    def _departments(self) -> dict[str, Department]:
        return _by_code("department", self.departments)

    @cached_property
    def _kras(self) -> dict[str, Kra]:
        return _by_code("KRA", self.kras)

    @cached_property
    def _kpis(self) -> dict[str, Kpi]:
        return _by_code("KPI", self.kpis)

    @cached_property
    def _children(self) -> dict[str | None, tuple[Department, ...]]:
        return _grouped((one.parent, one) for one in self.departments)

    @cached_property
    def _kras_of(self) -> dict[str, tuple[Kra, ...]]:
        return _grouped((kra.department, kra) for kra in self.kras)

    @cached_property
    def _kpis_of(self) -> dict[str, tuple[Kpi, ...]]:
        return _grouped((kpi.kra, kpi) for kpi in self.kpis)


Key = TypeVar("Key")
Member = TypeVar("Member")


def _grouped(pairs: Iterable[tuple[Key, Member]]) -> dict[Key, tuple[Member, ...]]:
    groups: dict[Key, list[Member]] = {}
    for key, member in pairs:
        groups.setdefault(key, []).append(member)
    return {key: tuple(members) for key, members in groups.items()}


def _by_code(kind: str, entities: tuple[Entity, ...]) -> dict[str, Entity]:
    found = {entity.code: entity for entity in entities}
    if len(found) != len(entities):
        raise ValueError(f"a code is given to more than one {kind}")
    return found


def links_of(kpi: Kpi) -> Links:
    """What the KPI refers to."""
    formula = parse_formula(kpi.formula) if kpi.formula else None
    return Links(kra=kpi.kra, parent=kpi.parent, level=kpi.level, frequency=kpi.frequency, formula=formula)
