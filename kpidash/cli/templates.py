"""The command for files to fill in."""

from pathlib import Path

import click

from kpidash.cli.session import Session, with_session, write


@click.command()
@click.argument("kind", type=click.Choice(["actuals", "targets"]), default="actuals")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--kpi", "kpis", multiple=True, metavar="CODE", help="Only this KPI; may be given several times."
)
@click.option("--output", metavar="PATH", help="Where to write it; - for standard output. Default: its name.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@with_session
def template(
    session: Session, kind: str, form: str, kpis: tuple[str, ...], output: str | None, *, overwrite: bool
) -> None:
    """Write a file with a row for every value or target that is due from you, to fill in and ingest.

    \b
    Example: kpidash template actuals --format xlsx --output october.xlsx
    """
    from kpidash.cli.files import written
    from kpidash.services.due import due
    from kpidash.services.templates import name_of, written_out

    if output == "-" and session.as_json:
        raise click.BadParameter(
            "with --json standard output is the answer; give a path", param_hint="--output"
        )
    found = due(session.database, session.scope, kind, kpis=kpis or None)
    content = written_out(found, "xlsx" if form == "xlsx" else "csv")
    if output == "-":
        write(content)
        return
    path = Path(output or name_of(found, form))
    if len(found.rows):
        written(path, content, overwrite=overwrite)
        said = f"{len(found.rows):,} rows for {found.kpis:,} KPIs in {click.format_filename(path)}."
    else:
        said = "Nothing is due, so there is no file to fill in."
    document = {
        "kind": kind,
        "rows": len(found.rows),
        "kpis": found.kpis,
        "left_out": found.left_out,
        "path": str(path) if len(found.rows) else None,
    }
    session.answer(document, said)
