"""Which roles come from what an identity provider says of a person: a table of values of one claim.

Written as JSON: a value of the claim to a role or several, each `role` or `role:department`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kpidash.domain.access import Grant, Role

RoleClaims = Mapping[str, tuple[Grant, ...]]
"""What each value of the claim gives."""
EXAMPLE = '{"kpi-admins": ["administrator"], "sales": ["viewer:sales", "analyst:sales"]}'


def parsed(text: str) -> RoleClaims:
    """The table that a text holds; ValueError says what is wrong, as the end of a sentence."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        raise ValueError(f"is not JSON ({problem.msg} at character {problem.pos + 1})") from None
    if not isinstance(found, dict) or not found:
        raise ValueError("must be a JSON object with at least one value of the claim")
    return {value: _grants(value, given) for value, given in found.items()}


def granted(table: RoleClaims, values: Iterable[str]) -> tuple[Grant, ...]:
    """What the values of a person's claim give, each once, in the order of the table."""
    held = set(values)
    every = [grant for value, grants in table.items() if value in held for grant in grants]
    return tuple(dict.fromkeys(every))


def values_of(claims: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The texts that a claim holds; None where there is no such claim.

    A name with dots that is no claim itself leads into nested ones, as in `realm_access.roles`. One text is
    one value, whatever it holds; anything else than texts gives nothing.
    """
    found: Any = claims.get(name, claims)
    if name not in claims:
        for part in name.split("."):
            if not isinstance(found, Mapping) or part not in found:
                return None
            found = found[part]
    every = found if isinstance(found, list) else [found]
    return tuple(one for one in every if isinstance(one, str))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different: of two entries one would be lost without a word."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("names a value twice")
    return made


def _grants(value: str, given: Any) -> tuple[Grant, ...]:
    every = [given] if isinstance(given, str) else given
    if not isinstance(every, list) or not every or not all(isinstance(one, str) for one in every):
        raise ValueError(f"must give '{value}' a role or a list of roles")
    return tuple(_grant(value, one) for one in every)


def _grant(value: str, written: str) -> Grant:
    role, colon, department = (part.strip() for part in written.partition(":"))
    if role not in set(Role):
        raise ValueError(f"gives '{value}' the role '{role}'; there are {', '.join(Role)}")
    if colon and not department:
        raise ValueError(f"gives '{value}' the role '{written}' without the code of a department")
    return Grant(Role(role), department or None)
