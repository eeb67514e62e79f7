"""Each function of the services × each role × the own and another department, on both databases."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

import kpidash.services
from kpidash.domain.access import NotPermitted, Scope
from kpidash.services.attempts import NotProven
from kpidash.services.database import Database
from kpidash.services.errors import NotThere, WrongQuestion
from tests.access.company import ROLES, WHOLE
from tests.access.conftest import Companies
from tests.access.deeds import DEEDS, Call
from tests.access.expected import INNER, SERVICES, WITHOUT_SCOPE
from tests.access.telling import CHANCE, as_if, leaks, sign, told

_BEGINS = "kpidash.services."


def test_every_function_is_known():
    found = dict(_functions())
    scoped = {name for name, takes in found.items() if Scope in takes}
    assert scoped == {name for name in SERVICES if " " not in name} | set(INNER)
    assert {name for name, takes in found.items() if Scope not in takes} == set(WITHOUT_SCOPE)
    assert set(SERVICES) == set(DEEDS)
    for name, cells in SERVICES.items():
        assert [len(one.replace(" ", "")) for one in cells] == [len(ROLES)] * 2, name


def _functions() -> Iterator[tuple[str, set[Any]]]:
    """The public functions and methods that take a Database or a Scope, with the types that they take."""
    for module in pkgutil.walk_packages(kpidash.services.__path__, _BEGINS):
        found = import_module(module.name)
        for name, one in vars(found).items():
            if name.startswith("_") or getattr(one, "__module__", None) != module.name:
                continue
            methods = vars(one) if inspect.isclass(one) else {"": one}
            for method, call in methods.items():
                takes = _takes(call) & {Scope, Database}
                if takes and (not method.startswith("_") or method == "__init__"):
                    yield f"{module.name}.{name}.{method}".removeprefix(_BEGINS).rstrip("."), takes


def _takes(call: object) -> set[Any]:
    if not inspect.isfunction(call):
        return set()
    return {one.annotation for one in inspect.signature(call).parameters.values()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", SERVICES)
def test_a_cell(companies: Companies, name: str, role: str):
    own, other = (cells.replace(" ", "")[ROLES.index(role)] for cells in SERVICES[name])
    wrong, meadow = [], _outcome(companies, name, role, "meadow")
    for expected, where in ((own, "harbour"), (other, "lagoon")):
        company = companies.fresh()
        place = getattr(company, where)
        here = _outcome(companies, name, role, where)
        found = sign(here, meadow, as_if(meadow, company.meadow, place), where)
        if found != expected:
            wrong.append(f"{where}: {found} instead of {expected}\n  {here}\n  {meadow}"[:3000])
        if role not in WHOLE and (said := leaks(here, place.given)):
            wrong.append(f"{where}: {said}")
        if found == "x" and companies.changed():
            wrong.append(f"{where}: something was written")
    assert not wrong, "\n".join(wrong)


def _outcome(companies: Companies, name: str, role: str, where: str) -> str:
    """All that a call comes to, as text; what differs between any two calls is left out."""
    company = companies.fresh()
    call = Call(company, role, getattr(company, where))
    try:
        text = told(DEEDS[name](call))
    except NotPermitted as reason:
        return f"refused: {reason}"
    except (NotThere, WrongQuestion, NotProven) as reason:
        text = f"{type(reason).__name__}: {reason}"
    return CHANCE.sub("…", text)
