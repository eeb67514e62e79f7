"""Commands for people: who is known, their roles, whether they may sign in, their sessions."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from kpidash import settings
from kpidash.cli.session import Session, with_session
from kpidash.cli.tables import table
from kpidash.domain.access import Grant, Role

if TYPE_CHECKING:
    from kpidash.services.links import Link

HERE = "http://localhost:8501"
"""Where `kpidash serve` listens unless it is told another port."""
EMAIL = click.argument("email", metavar="EMAIL")
ROLE = click.argument("role", metavar="ROLE", type=click.Choice([role.value for role in Role]))
DEPARTMENT = click.option("--department", metavar="CODE", help="Where; without it, the whole company.")


@click.group()
@with_session
def users(_session: Session) -> None:
    """People, their roles, and whether they may sign in."""


@users.command("list")
@with_session
def list_users(session: Session) -> None:
    """Everybody who is known, with roles and how they sign in.

    \b
    Example: kpidash users list --json
    """
    from kpidash.services import people

    found = people.everyone(session.database, session.scope)
    rows: list[dict[str, Any]] = [
        {
            "email": one.email,
            "name": one.name,
            "roles": [people.label_of(given) for given in one.grants],
            "disabled_at": _moment(one.disabled_at),
            "password": one.has_password,
            "codes": one.has_codes,
        }
        for one in found
    ]
    shown = [
        row | {"roles": ", ".join(row["roles"]) or None} | {name: _yes(row[name]) for name in _MARKS}
        for row in rows
    ]
    columns = ("email", "name", "roles", *_MARKS, "disabled_at")
    session.answer({"users": rows}, table(shown, columns) if rows else "Nobody is known yet.")


@users.command()
@EMAIL
@click.option("--name", required=True, metavar="NAME", help="What the person is called.")
@click.option("--admin", is_flag=True, help="As administrator.")
@with_session
def add(session: Session, email: str, name: str, admin: bool) -> None:
    """Make somebody known, and print the link by which they set their password. It is shown once.

    \b
    Example: kpidash users add ritu@example.com --name "Ritu Agarwal" --admin
    """
    from kpidash.services import people

    link = people.add(session.database, session.scope, email, name=name, admin=admin)
    _answer_link(session, link, f"{link.email} is known now.")


@users.command()
@EMAIL
@with_session
def link(session: Session, email: str) -> None:
    """Print a one-time link by which somebody sets a new password; older links end.

    \b
    Example: kpidash users link asha@example.com
    """
    from kpidash.services import links

    _answer_link(session, links.make(session.database, session.scope, email), "")


@users.command()
@EMAIL
@ROLE
@DEPARTMENT
@with_session
def grant(session: Session, email: str, role: str, department: str | None) -> None:
    """Give a role, for the whole company or for a department and all below it.

    \b
    Example: kpidash users grant asha@example.com analyst --department sales
    """
    from kpidash.services import people

    _answer_role(session, people.grant, email, Grant(Role(role), department), "is now", "was already")


@users.command()
@EMAIL
@ROLE
@DEPARTMENT
@with_session
def revoke(session: Session, email: str, role: str, department: str | None) -> None:
    """Take a role back, as it was given.

    \b
    Example: kpidash users revoke asha@example.com analyst --department sales
    """
    from kpidash.services import people

    _answer_role(session, people.revoke, email, Grant(Role(role), department), "is no longer", "was not")


@users.command()
@EMAIL
@with_session
def disable(session: Session, email: str) -> None:
    """Let somebody sign in no more; ends their sessions, API tokens and links.

    \b
    Example: kpidash users disable asha@example.com
    """
    from kpidash.services import people

    changed = people.disable(session.database, session.scope, email)
    session.answer(_change(email, changed), f"{email} may {'not' if changed else 'still not'} sign in.")


@users.command()
@EMAIL
@with_session
def enable(session: Session, email: str) -> None:
    """Let somebody sign in again.

    \b
    Example: kpidash users enable asha@example.com
    """
    from kpidash.services import people

    changed = people.enable(session.database, session.scope, email)
    session.answer(_change(email, changed), f"{email} may sign in{' again' if changed else ' already'}.")


@users.command("totp-off")
@EMAIL
@with_session
def totp_off(session: Session, email: str) -> None:
    """Let somebody sign in without codes, who lost the device that makes them.

    \b
    Example: kpidash users totp-off asha@example.com
    """
    from kpidash.services import second_factor

    changed = second_factor.off_for(session.database, session.scope, email)
    said = "signs in without codes now" if changed else "had no codes"
    session.answer(_change(email, changed), f"{email} {said}.")


@users.command()
@click.argument("email", metavar="[EMAIL]", required=False)
@with_session
def sessions(session: Session, email: str | None) -> None:
    """The open sessions of everybody, or of one person.

    \b
    Example: kpidash users sessions asha@example.com
    """
    from kpidash.services import sessions as service

    rows: list[dict[str, Any]] = [
        {
            "email": one.email,
            "begun_at": _moment(one.begun_at),
            "seen_at": _moment(one.seen_at),
            "method": one.method,
            "address": one.address,
            "agent": one.agent,
            "id": one.id,
        }
        for one in service.open_sessions(session.database, session.scope)
        if email is None or one.email == email.strip().lower()
    ]
    columns = ("email", "begun_at", "seen_at", "method", "address", "agent")
    session.answer({"sessions": rows}, table(rows, columns) if rows else "There is no open session.")


@users.command("sign-out")
@EMAIL
@with_session
def sign_out(session: Session, email: str) -> None:
    """End all sessions of somebody; they may sign in again.

    \b
    Example: kpidash users sign-out asha@example.com
    """
    from kpidash.services import sessions as service

    address = email.strip().lower()
    ended = service.end_of(session.database, session.scope, address)
    said = "1 session" if ended == 1 else f"{ended} sessions"
    session.answer({"email": address, "ended": ended}, f"{said} of {address} ended.")


_MARKS = ("password", "codes")


def _answer_role(
    session: Session, change: Callable[..., bool], email: str, given: Grant, changed: str, unchanged: str
) -> None:
    from kpidash.services import people

    done = change(session.database, session.scope, email, given)
    session.answer(
        _change(email, done), f"{email} {changed if done else unchanged} {people.label_of(given)}."
    )


def _answer_link(session: Session, made: "Link", said: str) -> None:
    address = made.address(settings.load().url or HERE)
    until = _moment(made.expires_at)
    text = f"{said}\nThis link sets the password, once, until {until}. It is not shown again:\n{address}"
    session.answer({"email": made.email, "link": address, "expires_at": until}, text.strip())


def _change(email: str, changed: bool) -> dict[str, Any]:
    return {"email": email.strip().lower(), "changed": changed}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _yes(told: bool) -> str:
    return "yes" if told else "no"
