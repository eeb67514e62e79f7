"""The `kpidash` command: its commands, and what becomes of errors."""

import io
import json
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from kpidash.cli.session import Refused, WrongUse, with_session, write
from kpidash.domain.access import NotPermitted
from kpidash.services.database import DatabaseUnavailable, SchemaOutdated
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.settings import WrongSetting

EXIT_CODES: dict[type[Exception], type[click.ClickException]] = {
    NotPermitted: Refused,
    NotThere: Refused,
    Standing: Refused,
    WrongQuestion: WrongUse,
    WrongSetting: WrongUse,
    DatabaseUnavailable: WrongUse,
    SchemaOutdated: WrongUse,
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@with_session
def kpidash(_session: object) -> None:
    """KPIs under their key result areas, against their targets.

    \b
    Start with the demo company:
      kpidash demo
      kpidash serve
    """


def _register() -> None:
    from kpidash.cli import audit, catalogue, periods, questions, running, templates, tokens, uploads, users

    for command in (
        running.init, running.demo, catalogue.catalogue, templates.template, uploads.ingest, uploads.uploads,
        periods.periods, users.users, tokens.tokens, audit.audit, questions.scorecard, questions.kpi,
        questions.verify,
        running.serve,
    ):  # fmt: skip
        kpidash.add_command(command)


_register()


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 1 refused, 2 wrong usage or configuration. Never a traceback."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    try:
        sys.exit(kpidash.main(args=arguments, prog_name="kpidash", standalone_mode=False) or 0)
    except click.Abort:
        _fail("Stopped.", 1, as_json=as_json)
    except click.ClickException as problem:
        hint = "" if not isinstance(problem, click.UsageError) else _usage(problem)
        _fail(hint + problem.format_message(), problem.exit_code, as_json=as_json)
    except tuple(EXIT_CODES) as problem:
        _fail(str(problem), _exit_code(problem), as_json=as_json)
    except Exception as problem:  # the last resort: people get a sentence, the log gets the rest
        logging.getLogger("kpidash").debug("unexpected", exc_info=True)
        said = next(iter(str(problem).splitlines()), "")  # drivers add statements and values below
        _fail(
            f"This should not have happened ({type(problem).__name__}: {said}); nothing was written.",
            1,
            as_json=as_json,
        )
    sys.exit(0)


def _exit_code(problem: BaseException) -> int:
    return next(refusal.exit_code for kind, refusal in EXIT_CODES.items() if isinstance(problem, kind))


def _speak_utf8() -> None:
    """Answer in UTF-8 whatever the locale; bytes of a file name that are no text become `\\udcff`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _usage(problem: click.UsageError) -> str:
    return f"{problem.ctx.get_usage()}\n\n" if problem.ctx is not None else ""


def _fail(message: str, code: int, *, as_json: bool) -> NoReturn:
    click.echo(message, err=True)
    if as_json:
        with suppress(WrongUse):
            write(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False))
    sys.exit(code)
