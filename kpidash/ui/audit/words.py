"""An entry of the audit trail in words: what was done, to what, when, and from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from kpidash.services.audit_trail import Entry
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.viewer import Viewer

ACTIONS = {
    "upload.commit": "Uploaded a file",
    "upload.undo": "Took an upload back",
    "catalogue.apply": "Changed definitions",
    "period.close": "Closed a period",
    "period.open": "Opened a period again",
    "audit.export": "Exported the audit trail",
    "session.begin": "Signed in",
    "session.end": "Ended a session",
    "sign_in.failed": "Failed to sign in",
    "sign_in.blocked": "Was blocked from signing in",
    "user.add": "Added a person",
    "user.rename": "Renamed a person",
    "user.grant": "Gave a role",
    "user.revoke": "Took a role away",
    "user.disable": "Barred a person",
    "user.enable": "Let a person in again",
    "password.set": "Set a password",
    "totp.on": "Turned the second factor on",
    "totp.off": "Turned the second factor off",
    "link.make": "Made a one-time link",
    "identity.add": "Tied a sign-in to a person",
    "token.make": "Made an API token",
    "token.end": "Ended an API token",
}
"""What each action is called; another one by its own name."""
_KINDS = {"kpis": "KPI", "kras": "KRA", "departments": "Department", "company": "Company"}
_NAMES = {
    "file": "File",
    "digest": "SHA-256",
    "kind": "What it holds",
    "added": "New values",
    "changed": "Changed values",
    "removed": "Removed values",
    "restored": "Restored values",
    "reason": "Reason",
    "months": "Months",
    "format": "Format",
    "filters": "Which entries",
    "upload": "Upload",
}
_LONG = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One field that became another: of what definition, by kind and code, where it is of one."""

    field: str
    before: Any
    after: Any
    kind: str | None = None
    code: str | None = None


def action(name: str) -> str:
    """What was done."""
    return ACTIONS.get(name) or name.replace(".", ": ").replace("_", " ").capitalize()


def changes(entry: Entry) -> list[Change]:
    """Each field that became another; empty where the entry says nothing of what was and what became."""
    told = entry.detail.get("fields")
    if isinstance(told, list):
        return [
            Change(**{name: one.get(name) for name in Change.__slots__}) for one in told if "field" in one
        ]
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if before is None and after is None:
        return []
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        was, now = (one if isinstance(one, Mapping) else {} for one in (before, after))
        names = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
        return [Change(name, was.get(name), now.get(name)) for name in names]
    return [Change("state", before, after)]


def subject(viewer: Viewer, entry: Entry) -> Child:
    """What it was done to, with the way there."""
    if entry.action.startswith("upload.") and entry.subject.isdigit():
        return element("a", f"upload {entry.subject}", href=viewer.view.link("uploads", entry.subject))
    return "definitions" if entry.action == "catalogue.apply" else entry.subject


def definition(viewer: Viewer, kind: str | None, code: str) -> str:
    """The definition that changes are of, by its name where there still is one."""
    known, word = viewer.catalogue, _KINDS.get(kind or "", kind or "")
    if kind == "kpis" and known.has_kpi(code):
        return f"{word} {known.kpi(code).name}"
    if kind == "company":
        return word
    listed = known.departments if kind == "departments" else known.kras
    return f"{word} {next((one.name for one in listed if one.code == code), code)}".strip()


def field(name: str) -> str:
    """A field by the words of definitions."""
    return name.replace("_", " ").capitalize()


def value(viewer: Viewer, one: Any) -> Child:
    """A value in words."""
    if one is None or one in ("", [], {}):
        return element("span", "nothing", klass="quiet")
    if isinstance(one, bool):
        return "yes" if one else "no"
    if isinstance(one, int | float):
        whole = float(one).is_integer()
        return viewer.formats.number(one, 0 if whole else min(6, len(f"{one!r}".partition(".")[2])))
    if isinstance(one, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {told}" for name, told in one.items())
    if isinstance(one, list):
        return ", ".join(str(told) for told in one)
    return str(one).replace("_", " ") if str(one) in _WORDS else str(one)


_WORDS = frozenset({"department_head", "last_year"})


def summary(viewer: Viewer, entry: Entry) -> Child:
    """From what to what, in a few words."""
    found, detail, number = changes(entry), entry.detail, viewer.formats.number
    if isinstance(given := detail.get("after"), Mapping) and "role" in given:
        return _role(viewer, given)
    if entry.action == "upload.commit":
        counts = [
            f"{number(detail.get(name) or 0)} {word}"
            for name, word in (("added", "new"), ("changed", "changed"))
        ]
        return f"{detail.get('file') or 'A file'}: {', '.join(counts)}"
    if entry.action == "catalogue.apply":
        total = len(found) + int(detail.get("left_out") or 0)
        if total in range(1, 3):
            return "; ".join(f"{field(one.field)} of {one.code}: {_short(viewer, one)}" for one in found)
        return f"{number(total)} field{'' if total == 1 else 's'}" if total else ""
    if len(found) == 1 or (found and found[0].before is None):
        return ", ".join(
            _short(viewer, one) for one in found[:2] if one.after is not None or one.before is not None
        )
    return f"{number(len(found))} fields" if found else ""


def _role(viewer: Viewer, given: Mapping[str, Any]) -> str:
    """A role that came with the demo, and where."""
    names = {one.code: one.name for one in viewer.catalogue.departments}
    where, what = given.get("department"), str(given["role"]).replace("_", " ").capitalize()
    return f"{what} in {names.get(where, where)}" if where else what


def _short(viewer: Viewer, change: Change) -> str:
    before, after = (_text(value(viewer, one)) for one in (change.before, change.after))
    return after if change.before is None else f"{before} → {after}"


def _text(child: Child) -> str:
    text = child if isinstance(child, str) else "nothing"
    return f"{text[:_LONG]}…" if len(text) > _LONG else text


def others(viewer: Viewer, entry: Entry) -> Iterator[tuple[str, Child]]:
    """What else the entry says."""
    for name, label in _NAMES.items():
        said = entry.detail.get(name)
        if said in (None, "", {}, []) or (entry.action == "catalogue.apply" and isinstance(said, Mapping)):
            continue
        if name == "upload":
            yield label, element("a", f"upload {said}", href=viewer.view.link("uploads", str(said)))
        elif name == "digest":
            yield label, element("span", str(said), klass="digest whole")
        else:
            yield label, value(viewer, said)


def when(viewer: Viewer, at: datetime | None) -> str:
    """The day and the time in the company's time zone and locale."""
    if at is None:
        return "just now"
    here = at.astimezone(ZoneInfo(viewer.catalogue.company.timezone))
    time = format_time(here.time(), "medium", locale=viewer.formats.locale)
    return f"{viewer.formats.day(here.date())}, {time}"


def utc(at: datetime | None) -> str:
    """The time in UTC, to the microsecond, as exports have it."""
    return "" if at is None else at.isoformat().replace("+00:00", "Z")


def origin(entry: Entry) -> Child:
    """From where."""
    return entry.origin or element("span", "not noted", klass="quiet")


def person(viewer: Viewer, entry: Entry) -> Tree | str:
    """The name of who did it; the address where there is one behind the name."""
    name = viewer.name(entry.actor)
    if "@" not in entry.actor:
        return entry.actor
    return element("span", name, title=entry.actor)
