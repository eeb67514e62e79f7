"""Commands for the audit trail: its head, its entries, and taking them out."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kpidash.cli.running import DAY
from kpidash.cli.session import Refused, Session, with_session, write
from kpidash.cli.tables import table

FROM = click.option("--from", "since", type=DAY, help="The first day, in the company's time zone.")
TO = click.option("--to", "until", type=DAY, help="The last day.")
SHOWN = ("sequence", "at", "actor", "origin", "action", "subject")


@click.group()
@with_session
def audit(_session: Session) -> None:
    """Who did what, when and from where; for auditors."""


@audit.command()
@with_session
def head(session: Session) -> None:
    """The newest entry. Keep it where whoever can change the database cannot change it.

    kpidash verify --head then finds whatever is done to the entries up to it.

    \b
    Example: kpidash audit head >> heads.txt
    """
    from kpidash.services import audit_trail

    found = audit_trail.head(session.database, session.scope)
    session.answer(audit_trail.as_json(found), audit_trail.said(found) or "There is no entry yet.")


@audit.command("list")
@click.option("--actor", metavar="USER", help="Only what this person did.")
@click.option("--action", metavar="ACTION", help="Only this, as in upload.commit.")
@click.option("--subject", metavar="TEXT", help="Only what was done to this.")
@click.option("--find", metavar="TEXT", help="Only entries that this stands in.")
@FROM
@TO
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The newest so many."
)
@with_session
def list_entries(
    session: Session,
    actor: str | None,
    action: str | None,
    subject: str | None,
    find: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> None:
    """The entries, the newest first.

    \b
    Example: kpidash audit list --actor asha@example.com --from 2026-10-01
    """
    from kpidash.services import audit_trail

    days = _days(since, until)
    asked = audit_trail.Asked(person=actor, action=action, subject=subject, text=find or "", **days)
    found = audit_trail.page(session.database, session.scope, asked, count=limit)
    rows = [audit_trail.as_json(one) for one in found.entries]
    text = table(rows, SHOWN) if rows else "There is no such entry."
    session.answer({"entries": rows, "total": found.total}, text)


@audit.command()
@FROM
@TO
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="jsonl", show_default=True)
@click.option("--output", metavar="PATH", help="Where to write it. Default: standard output.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@with_session
def export(
    session: Session,
    since: datetime | None,
    until: datetime | None,
    form: str,
    output: str | None,
    *,
    overwrite: bool,
) -> None:
    """Write the entries, the oldest first. That it was done becomes an entry, too.

    \b
    Example: kpidash audit export --from 2026-04-01 --format csv --output audit.csv
    """
    from kpidash.services import audit_trail

    to_file = output is not None and output != "-"
    if session.as_json and not to_file:
        raise click.BadParameter(
            "with --json standard output is the answer; give a path", param_hint="--output"
        )
    asked = audit_trail.Asked(**_days(since, until))
    if to_file and not overwrite and Path(str(output)).exists():
        raise Refused(f"{output} is there already; choose another --output, or say --overwrite")
    pieces = audit_trail.export(session.database, session.scope, asked, form)
    if not to_file:
        for piece in pieces:
            write(piece)
        return
    size = 0
    path = Path(str(output))
    try:
        with path.open("wb" if overwrite else "xb") as target:
            size = sum(target.write(piece) for piece in pieces)
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}") from None
    session.answer(
        {"format": form, "size": size, "path": str(path)},
        f"Wrote {size:,} bytes to {click.format_filename(path)}.",
    )


def kept(text: str | None) -> Any:
    """The head that was kept, given as itself or as a file; of a file with many the last."""
    from kpidash.services import audit_trail
    from kpidash.services.errors import WrongQuestion

    if text is None:
        return None
    with suppress(OSError, ValueError):
        if Path(text).is_file():
            text = Path(text).read_text(encoding="utf-8")
    try:
        return audit_trail.kept_head(text)
    except WrongQuestion as problem:
        raise click.BadParameter(str(problem), param_hint="--head") from None


def _days(since: datetime | None, until: datetime | None) -> dict[str, Any]:
    return {"since": since and since.date(), "until": until and until.date()}
