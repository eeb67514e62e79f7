"""What a person may look for: KPIs, KRAs, departments and owners of the catalogue in scope."""

from collections.abc import Callable
from dataclasses import dataclass

from kpidash.domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to find: its kind (department, kra, kpi or owner) and code (of owners the e-mail address),
    its name, and what else it is found by and told apart with: where it stands and whose it is.
    """

    kind: str
    code: str
    name: str
    place: str = ""
    owner: str = ""


def entries(catalogue: Catalogue, name: Callable[[str], str]) -> list[Entry]:
    """Everything in the catalogue that can be found; `name` gives a person's name by e-mail address.

    The catalogue is one in somebody's scope: what it does not hold cannot be found.
    """
    called = {one.code: one.name for one in catalogue.departments}
    kras = {kra.code: kra for kra in catalogue.kras}
    found = [
        Entry("department", one.code, one.name, called.get(one.parent or "", ""), _person(one.head, name))
        for one in catalogue.departments
    ]
    found += [
        Entry("kra", kra.code, kra.name, called[kra.department], _person(kra.owner, name))
        for kra in catalogue.kras
    ]
    for kpi in catalogue.kpis:
        place = f"{called[kras[kpi.kra].department]} · {kras[kpi.kra].name}"
        found.append(Entry("kpi", kpi.code, kpi.name, place, _person(kpi.owner, name)))
    return found + _owners(catalogue, name)


def _owners(catalogue: Catalogue, name: Callable[[str], str]) -> list[Entry]:
    owned = [kpi.owner.lower() for kpi in catalogue.kpis if kpi.owner]
    return [
        Entry("owner", email, _person(email, name), _kpis(owned.count(email)))
        for email in dict.fromkeys(owned)
    ]


def _person(email: str | None, name: Callable[[str], str]) -> str:
    return "" if email is None else name(email)


def _kpis(count: int) -> str:
    return f"{count} {'KPI' if count == 1 else 'KPIs'}"
