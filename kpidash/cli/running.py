"""Commands that set up and run: init, demo, serve."""

import os
import runpy
import socket
import sys
import time
from contextlib import suppress
from datetime import datetime

import click

from kpidash import settings
from kpidash.cli.session import Session, WrongUse, with_session

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--distributed", is_flag=True, help="Spread the large tables over a Citus cluster, by KPI.")
@with_session
def init(session: Session, distributed: bool) -> None:
    """Create the schema, or bring it to this version. On PostgreSQL also makes partitions for coming years.

    \b
    Example: kpidash init --database-url postgresql://kpi@localhost/kpi
    """
    from kpidash.services.database import initialise

    session.require_machine("preparing a database")
    initialise(session.database, distributed=distributed)
    session.answer({"state": "ready"}, "The database is ready.")


@click.command()
@click.option("--as-of", type=DAY, help="The day it shall be; data reaches the day before. Default: today.")
@click.option("--live", is_flag=True, help="Go on: the contact centre reports until Ctrl-C.")
@click.option(
    "--every", type=click.FloatRange(0.1, 3600), default=3.0, show_default=True, help="Those seconds."
)
@with_session
def demo(session: Session, as_of: datetime | None, live: bool, every: float) -> None:
    """Load the demo company, up to yesterday. Safe to repeat.

    \b
    Example: kpidash demo --as-of 2026-10-15
    """
    from kpidash.services.demo.loading import load_demo

    loaded = load_demo(session.database, session.scope, as_of=as_of.date() if as_of else None)
    if live:
        _report(session, every)
    session.answer(
        loaded.as_json(),
        f"{loaded.company}: {loaded.departments} departments, {loaded.kras} KRAs, {loaded.kpis} KPIs; "
        f"{loaded.rows:,} actuals through {loaded.through:%d %b %Y}.\nNow run: kpidash serve",
    )


def _report(session: Session, every: float) -> None:
    """Feed the contact centre until Ctrl-C, with a line on standard error for each report."""
    from kpidash.services.demo.live import feed

    click.echo("The contact centre reports; Ctrl-C ends it. Open kpidash serve beside it.", err=True)
    with suppress(KeyboardInterrupt):
        for tick in feed(session.database, session.scope):
            click.echo(f"{tick.region}: {tick.calls} calls so far (upload {tick.upload_id})", err=True)
            time.sleep(every)


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Where to listen."
)
@with_session
def serve(session: Session, port: int) -> None:
    """Run the web app on http://localhost:8501.

    \b
    Example: kpidash serve --port 8600
    """
    app = settings.ROOT / "app.py"
    if not app.exists():
        raise WrongUse(f"{app} is missing; run kpidash from a checkout of the project")
    session.require_machine("running the web app")
    session.database.ready()
    _require_free(port)
    settings.export(database_url=session.database.address)
    found = settings.load()
    if found.auth == "demo":
        click.echo(f"The demo, for this machine alone: http://localhost:{port}", err=True)
    else:
        click.echo(f"People reach it at {found.url}; this process listens on localhost:{port}.", err=True)
    session.close()
    os.chdir(settings.ROOT)  # where .streamlit/config.toml is
    sys.argv = ["streamlit", "run", str(app), "--server.port", str(port)]
    runpy.run_module("streamlit", run_name="__main__")  # in this process: it has the imports already


def _require_free(port: int) -> None:
    """Raise WrongUse where nobody can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise WrongUse(f"port {port} cannot be used: {problem.strerror}; try --port") from None
