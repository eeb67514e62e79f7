"""Commands for definitions: catalogue apply and export."""

from pathlib import Path

import click

from kpidash.cli.session import Session, with_session


@click.group()
@with_session
def catalogue(_session: Session) -> None:
    """Definitions as code: departments, KRAs, KPIs and targets in one YAML file."""


@catalogue.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--prune", is_flag=True, help="Also take away what the file does not name.")
@with_session
def apply(session: Session, file: Path, *, dry_run: bool, prune: bool) -> None:
    """Bring the definitions to what FILE says. A wrong file changes nothing.

    \b
    Example: kpidash catalogue apply company.yaml --dry-run
    """
    from kpidash.services.catalogues import apply_catalogue

    outcome = apply_catalogue(
        session.database, session.scope, file.read_bytes(), dry_run=dry_run, prune=prune
    )
    session.answer(outcome.as_json(), outcome.in_words(file.name), refused=bool(outcome.problems))


@catalogue.command()
@with_session
def export(session: Session) -> None:
    """Write the definitions as YAML to standard output.

    \b
    Example: kpidash catalogue export > company.yaml
    """
    from kpidash.services.catalogues import export_catalogue

    text = export_catalogue(session.database, session.scope)
    session.answer({"catalogue": text}, text.rstrip("\n"))
