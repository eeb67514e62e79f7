"""Commands for closed periods."""

from typing import Any

import click

from kpidash.cli.session import Session, with_session
from kpidash.cli.tables import table


@click.group()
@with_session
def periods(_session: Session) -> None:
    """Closed periods: no upload changes anything in them."""


@periods.command("list")
@with_session
def list_periods(session: Session) -> None:
    """The closed months: by whom, since when, and why.

    \b
    Example: kpidash periods list --json
    """
    from kpidash.services import periods as service

    rows: list[dict[str, Any]] = [
        {
            "month": service.label_of(one.month),
            "closed_by": one.actor,
            "closed_at": one.closed_at.isoformat().replace("+00:00", "Z"),
            "reason": one.reason,
        }
        for one in service.closed(session.database, session.scope)
    ]
    text = table(rows, ("month", "closed_by", "closed_at", "reason")) if rows else "Every period is open."
    session.answer({"closed": rows}, text)


@periods.command()
@click.argument("label", metavar="PERIOD")
@click.option("--reason", metavar="TEXT", help="Why; it stands beside the period and in the audit trail.")
@with_session
def close(session: Session, label: str, reason: str | None) -> None:
    """Close a month, a quarter or a year that is over.

    \b
    Example: kpidash periods close 2026-09 --reason "books closed"
    """
    from kpidash.services import periods as service

    months = [
        service.label_of(one) for one in service.close(session.database, session.scope, label, reason=reason)
    ]
    said = f"Closed: {', '.join(months)}." if months else f"All of {label} was closed before."
    session.answer({"closed": months}, said)


@periods.command("open")
@click.argument("label", metavar="PERIOD")
@with_session
def open_period(session: Session, label: str) -> None:
    """Open a closed month, quarter or year again.

    \b
    Example: kpidash periods open 2026-09
    """
    from kpidash.services import periods as service

    months = [service.label_of(one) for one in service.reopen(session.database, session.scope, label)]
    said = f"Open again: {', '.join(months)}." if months else f"Nothing of {label} was closed."
    session.answer({"opened": months}, said)
