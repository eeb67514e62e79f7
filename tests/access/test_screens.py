"""Each page × each role × the own and another department, as a script run without a server; and callbacks."""

import re
from urllib.parse import parse_qsl

import pytest

from kpidash.services.sessions import Begun
from kpidash.ui.address import PAGES
from tests.access.company import MONTHS, ROLES, WHOLE, Company, Place, session_of
from tests.access.expected import SCREENS
from tests.access.screens import Screen, seen_of_the_lagoon
from tests.access.telling import CHANCE, as_if, sign


@pytest.fixture(scope="module")
def sessions(local: Company) -> dict[str, Begun]:
    """A session of each person."""
    return {role: session_of(local, role) for role in ROLES}


def test_every_page_is_known():
    assert {name.partition("?")[0] for name in SCREENS} == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_cell(local: Company, sessions: dict[str, Begun], name: str, role: str):
    screen = Screen(sessions[role].id)
    own, other = (cells.replace(" ", "")[ROLES.index(role)] for cells in SCREENS[name])
    meadow = _outcome(screen, local, local.meadow, name)
    wrong = []
    for expected, where in ((own, "harbour"), (other, "lagoon")):
        place = getattr(local, where)
        here = _outcome(screen, local, place, name)
        found = sign(here, meadow, as_if(meadow, local.meadow, place), where)
        if found != expected:
            wrong.append(f"{where}: {found} instead of {expected}\n{here[-1500:]}")
        if role not in WHOLE and (said := seen_of_the_lagoon(screen.payload, place.given)):
            wrong.append(f"{where}: {said}")
        wrong += screen.exceptions
        wrong += [
            f"{one} on the screen of {role}"
            for one in ROLES
            if one != role and role not in WHOLE and _named(one, screen)
        ]
    assert not wrong, "\n".join(wrong)


def _outcome(screen: Screen, company: Company, place: Place, name: str) -> str:
    """All that a page says, but what stands around it."""
    page, _, query = name.partition("?")
    asked = {
        key: value.format(**vars(place), both=company.both).replace("MONTH", MONTHS[1])
        for key, value in parse_qsl(query)
    }
    screen.open(page, asked)
    said = screen.shown
    if "stopped" in said and ("not for your role" in said["stopped"] or "no role" in said["stopped"]):
        return f"refused: {said['stopped']}"
    return CHANCE.sub("…", "\n".join(f"{key}: {text}" for key, text in said.items() if key not in _FRAME))


_FRAME = {"brand", "search", "navigation", "person", "live"}


def _named(role: str, screen: Screen) -> bool:
    """Whether somebody is named who has done nothing that others see: as where people with equal rights get
    each other's screens."""
    return role in {"executive", "viewer"} and bool(
        re.search(rf"{role} person", screen.payload.decode("utf-8", "ignore"), re.IGNORECASE)
    )
