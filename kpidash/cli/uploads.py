"""Commands for uploads: ingest, and their history."""

from pathlib import Path
from typing import Any

import click

from kpidash.cli.reading import reading_options, taken_from
from kpidash.cli.session import Session, with_session, write
from kpidash.cli.tables import table
from kpidash.domain.access import NotPermitted
from kpidash.services.errors import WrongQuestion


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["actuals", "targets"]), help="Default: as the columns say.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--accept-valid", is_flag=True, help="Commit the valid rows although others are rejected.")
@click.option("--map", "mapping", multiple=True, metavar="K=V", help="Read column K as V. Repeat for more.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help="How 03/04/2026 is written.")
@click.option("--decimal", type=click.Choice([",", "."]), help="The decimal sign of the numbers.")
@reading_options
@with_session
def ingest(session: Session, file: Path, *, mapping: tuple[str, ...], **options: Any) -> None:
    """Upload actuals or targets. All or nothing, unless told otherwise.

    What the file is like is found out and said; where that is wrong, say it yourself.

    \b
    Example: kpidash ingest october.csv --dry-run
    Example: kpidash ingest export.txt --encoding cp1252 --delimiter semicolon --header-row 4
    """
    from kpidash.services import receipts
    from kpidash.services import uploads as service

    renamed = _mapping(mapping)
    options["options"] = taken_from(options)
    try:
        receipt = service.ingest(
            session.database, session.scope, click.format_filename(file, shorten=True), file.read_bytes(),
            mapping=renamed, **options,
        )  # fmt: skip
    except NotPermitted as reason:
        receipt = receipts.refusal(reason)
    session.answer(receipt.as_json(), receipt.in_words(), refused=receipt.state == "refused")


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    from kpidash.services.asked import mapping_of

    try:
        return mapping_of(pairs)
    except WrongQuestion as problem:
        raise click.BadParameter(str(problem), param_hint="--map") from None


SHOWN = (
    "upload_id", "kind", "state", "committed_at", "actor", "file_name",
    "added", "changed", "unchanged", "rejected",
)  # fmt: skip


@click.group()
@with_session
def uploads(_session: Session) -> None:
    """What was uploaded, and taking it back."""


@uploads.command("list")
@with_session
def list_uploads(session: Session) -> None:
    """All uploads, the newest first.

    \b
    Example: kpidash uploads list --json
    """
    from kpidash.services.upload_history import as_json, history

    document = as_json(history(session.database, session.scope))
    rows = document["uploads"]
    session.answer(document, table(rows, SHOWN) if rows else "Nothing has been uploaded yet.")


@uploads.command()
@click.argument("upload_id", metavar="ID")
@with_session
def show(session: Session, upload_id: str) -> None:
    """One upload: who, when, and each value it changed.

    \b
    Example: kpidash uploads show 3
    """
    from kpidash.services import uploads as service

    detail = service.show(session.database, session.scope, upload_id)
    session.answer(detail.as_json(), detail.in_words())


@uploads.command()
@click.argument("upload_id", metavar="ID")
@click.option("--with-later", is_flag=True, help="Take back later uploads of the same values first.")
@with_session
def undo(session: Session, upload_id: str, *, with_later: bool) -> None:
    """Take an upload back: what was there before is there again.

    Where later uploads changed the same values it is refused and names them; --with-later takes these back
    first, the newest first, all of them or none.

    \b
    Example: kpidash uploads undo 3 --with-later
    """
    from kpidash.services import uploads as service

    receipt = service.undo(session.database, session.scope, upload_id, with_later=with_later)
    session.answer(receipt.as_json(), receipt.in_words(), refused=receipt.state == "refused")


@uploads.command("file")
@click.argument("upload_id", metavar="ID")
@click.option("--output", metavar="PATH", help="Where to write it; - for standard output. Default: its name.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@with_session
def original(session: Session, upload_id: str, *, output: str | None, overwrite: bool) -> None:
    """Write the file of an upload as it came, by default into this folder under its own name.

    \b
    Example: kpidash uploads file 3 --output october.csv
    """
    from kpidash.cli.files import plain_name, written
    from kpidash.services import uploads as service

    if output == "-" and session.as_json:
        raise click.BadParameter(
            "with --json standard output is the answer; give a path", param_hint="--output"
        )
    name, content = service.file(session.database, session.scope, upload_id)
    if output == "-":
        write(content)
        return
    path = Path(output) if output else Path(plain_name(name, upload_id))
    written(path, content, overwrite=overwrite)
    document = {"upload_id": upload_id, "file_name": name, "size": len(content), "path": str(path)}
    session.answer(document, f"Wrote {len(content):,} bytes to {click.format_filename(path)}.")
