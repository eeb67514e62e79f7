"""People, sessions and tokens in plain words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time

from kpidash.domain.access import POLICY, Capability, Grant, Role
from kpidash.domain.definitions import Department
from kpidash.services.sessions import Session
from kpidash.services.tokens import Token, state_of
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.sentences import begun, counted, joined
from kpidash.ui.viewer import Viewer

ROLES = {
    Role.EXECUTIVE: "Executive",
    Role.DEPARTMENT_HEAD: "Department head",
    Role.ANALYST: "Analyst",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
    Role.VIEWER: "Viewer",
}
DEEDS = {
    Capability.READ: "read the numbers",
    Capability.UPLOAD: "upload data",
    Capability.DEFINE: "change what is measured and close periods",
    Capability.MANAGE_USERS: "manage people",
    Capability.AUDIT: "read the audit trail",
    Capability.CHECK_IN: "check in",
    Capability.PROPOSE_TARGETS: "propose targets",
}
"""What can be done, as it follows "may"."""
STATES = {"active": "Active", "invited": "Invited", "disabled": "Disabled"}
_METHODS = {
    "password": "with a password",
    "password and code": "with a password and a code",
    "oidc": "through your provider",
}
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip
"""What stands in a browser's name for itself, the first that is found; many name others behind it."""
EVERYWHERE = "The whole company"


def browser(agent: str) -> str:
    """With what browser on which system: Firefox on Windows."""
    name = _first(_BROWSERS, agent)
    system = _first(_SYSTEMS, agent)
    if name is None:
        return "Another program"
    return f"{name} on {system}" if system else name


def _first(known: Iterable[tuple[str, str]], agent: str) -> str | None:
    return next((words for mark, words in known if mark in agent), None)


def browser_of(session: Session) -> Tree:
    """The same, with the browser's own words where the pointer rests."""
    return element("span", browser(session.agent), title=session.agent or None)


def where(session: Session) -> str:
    """From where."""
    return session.address or "an unknown address"


def method(session: Session) -> str:
    """How somebody signed in."""
    return _METHODS.get(session.method, session.method)


def when(viewer: Viewer, at: datetime | None, *, never: str = "never") -> str:
    """The day and the time in the company's time zone and locale."""
    if at is None:
        return never
    here = at.astimezone(ZoneInfo(viewer.catalogue.company.timezone))
    time = format_time(here.time(), "short", locale=viewer.formats.locale)
    return time if here.date() == viewer.today else f"{viewer.formats.day(here.date())}, {time}"


def day(viewer: Viewer, at: datetime) -> str:
    """The day in the company's time zone."""
    return viewer.formats.day(at.astimezone(ZoneInfo(viewer.catalogue.company.timezone)).date())


def role_of(given: Grant, names: Mapping[str, str]) -> str:
    """A grant in words: Analyst in Finance; Executive, for the whole company."""
    if given.department is None:
        return f"{ROLES[given.role]}, for the whole company"
    return f"{ROLES[given.role]} in {names.get(given.department, 'a department that is gone')}"


def may(role: Role) -> str:
    """What a role lets people do: read the numbers and upload data."""
    return joined([DEEDS[one] for one in Capability if one in POLICY[role]])


def ending(sessions: int, tokens: int) -> str:
    """What ends with a person: 2 open sessions and 1 token."""
    if not sessions + tokens:
        return "They have no open session and no token."
    both = [counted(n, one) for n, one in ((sessions, "open session"), (tokens, "token")) if n]
    return f"{begun(joined(both))} {'ends' if sessions + tokens == 1 else 'end'} at once, for good."


def lends(token: Token, names: Mapping[str, str]) -> str:
    """What a token may do, and where."""
    known = {str(one): words for one, words in DEEDS.items()}
    deeds = joined([known.get(one, one) for one in token.capabilities])
    if token.departments is None:
        return begun(deeds)
    places = joined([names.get(code, "a department that is gone") for code in token.departments])
    return f"{begun(deeds)} in {places}"


def names_of(departments: Iterable[Department]) -> dict[str, str]:
    """The name of each department by its code."""
    return {one.code: one.name for one in departments}


def until(viewer: Viewer, token: Token) -> Child:
    """Until when a token is good, or what became of it."""
    state = state_of(token)
    if state == "ended" and token.ended_at is not None:
        return element("span", f"ended {day(viewer, token.ended_at)}", klass="quiet")
    if state == "expired":
        return element("span", f"expired {day(viewer, token.expires_at)}", klass="quiet")
    left = (token.expires_at - datetime.now(UTC)).days
    return f"{day(viewer, token.expires_at)}{', soon' if left < 7 else ''}"
