"""Commands for tokens."""

import click

from kpidash.cli.session import Session, with_session
from kpidash.cli.tables import table
from kpidash.domain.access import Capability
from kpidash.services import tokens as service

SHOWN = ("id", "name", "user", "state", "capabilities", "departments", "expires_at", "used_at")


@click.group()
@with_session
def tokens(_session: Session) -> None:
    """Tokens: a part of what a person may do, lent to a program for some time."""


@tokens.command("list")
@with_session
def list_tokens(session: Session) -> None:
    """One's own tokens; everybody's for whoever manages users. The secrets are not kept.

    \b
    Example: kpidash tokens list --json
    """
    document = service.listed_json(service.listed(session.database, session.scope))
    rows = [
        {**one, "capabilities": ", ".join(one["capabilities"]), "departments": _places(one["departments"])}
        for one in document["tokens"]
    ]
    session.answer(document, table(rows, SHOWN) if rows else "There are no tokens.")


@tokens.command()
@click.option("--name", required=True, metavar="TEXT", help="What it is for; it stands in the audit trail.")
@click.option(
    "--capability", "capabilities", multiple=True, type=click.Choice([str(one) for one in Capability]),
    help="What it may do, of what its person may; may be given several times. Default: read.",
)  # fmt: skip
@click.option(
    "--department", "departments", multiple=True, metavar="CODE",
    help="Only here and below; may be given several times. Default: wherever its person may.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, service.MOST_DAYS), default=service.DAYS, show_default=True,
    help="For how long.",
)  # fmt: skip
@with_session
def make(
    session: Session, name: str, capabilities: tuple[str, ...], departments: tuple[str, ...], days: int
) -> None:
    """Make a token of one's own and show it, this once. Nobody makes tokens for others.

    \b
    Example: kpidash tokens make --name "night job" --days 30 --as divya.menon@example.com
    """
    made = service.make(
        session.database, session.scope, name, capabilities=capabilities or (Capability.READ,),
        departments=departments or None, days=days,
    )  # fmt: skip
    document = made.as_json()
    session.answer(
        document,
        f"{made.secret}\n\nKeep it: it is not shown again. It may "
        f"{', '.join(document['capabilities'])} ({_places(document['departments'])}) "
        f"until {document['expires_at']}. End it with: kpidash tokens end {document['id']}",
    )


@tokens.command()
@click.argument("token_id", metavar="ID")
@with_session
def end(session: Session, token_id: str) -> None:
    """End a token: whoever has it can do nothing with it any more.

    \b
    Example: kpidash tokens end 4f0c6a1e7d0b4c39a5c7c2a40f3d9f11
    """
    ended = service.end(session.database, session.scope, token_id)
    session.answer(service.as_json(ended), f"The token '{ended.name}' of {ended.email} has ended.")


def _places(departments: list[str] | None) -> str:
    return "wherever its person may" if departments is None else ", ".join(departments)
