"""What every command shares: the database, who is asking, and how answers and refusals are written."""

import getpass
import json
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any

import click

from kpidash import settings
from kpidash.domain.access import Scope
from kpidash.services import access, tokens
from kpidash.services.database import Database, open_database


class Refused(click.ClickException):
    """Refused, nothing written: exit code 1."""

    exit_code = 1


class WrongUse(click.ClickException):
    """Wrong usage or configuration: exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class Session:
    """The common options of one call."""

    database_url: str | None = None
    user: str | None = None
    as_json: bool = False
    token: str | None = field(default=None, repr=False)

    @cached_property
    def database(self) -> Database:
        """The database that the options or the environment name."""
        found = settings.load()  # a wrong setting is refused also where an option overrides it
        return open_database(found.database_url if self.database_url is None else self.database_url)

    @cached_property
    def secret(self) -> str | None:
        """The token that the option or the environment gives; raises WrongUse where `--as` is given too."""
        token = settings.load().token if self.token is None else self.token
        if token is not None and self.user is not None:
            raise WrongUse("a token says already whose it is; leave --as away, or --token and KPIDASH_TOKEN")
        return token

    @cached_property
    def scope(self) -> Scope:
        """What the token lends, or the scope of the person named by `--as`; without either that of the system
        user, who may do everything."""
        if self.secret is not None:
            return tokens.sign_in(self.database, self.secret, origin=_origin())
        if self.user is None:
            return access.system_user(_login(), origin=_origin())
        return access.sign_in(self.database, self.user, origin=_origin())

    def require_machine(self, deed: str) -> None:
        """Raise Refused where somebody acts as a person: what is done to the machine is nobody's right."""
        if self.secret is not None or self.user is not None:
            raise Refused(
                f"{deed} is for whoever runs this machine; leave --as, --token and KPIDASH_TOKEN away"
            )

    def close(self) -> None:
        """Close the database where it was opened."""
        if "database" in self.__dict__:
            self.database.dispose()

    def answer(self, document: Any, text: str, *, refused: bool = False) -> None:
        """The answer: `document` with `--json`, else `text`. A refusal ends the command with exit code 1."""
        if self.as_json:
            write(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
        else:
            write(text)
        if refused:
            if self.as_json:
                click.echo(text, err=True)
            raise click.exceptions.Exit(Refused.exit_code)


def write(answer: str | bytes) -> None:
    """Write an answer to standard output, bytes as they are; raises WrongUse where that takes nothing."""
    try:
        click.echo(answer, nl=isinstance(answer, str))
    except BrokenPipeError:
        _drop_output()  # whoever read it has seen enough
    except OSError as problem:
        _drop_output()
        raise WrongUse(f"the answer could not be written: {problem.strerror}") from None


def _drop_output() -> None:
    """Send what is still in the buffer nowhere, so that leaving does not fail on it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _login() -> str:
    """The name of the account; containers often run as one that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "system"


def _origin() -> str:
    """From where a command asks, as the audit trail shall say it."""
    return f"command line, {_login()}@{socket.gethostname() or 'this machine'}"


_OPTIONS = (
    click.option(
        "--database-url", metavar="URL", help="Where the data is. Default: KPIDASH_DATABASE_URL, "
        "else sqlite:///data/kpidash.db."
    ),
    click.option("--as", "user", metavar="USER", help="Act as this person. Default: the system user."),
    click.option(
        "--token", metavar="TOKEN", help="Act as the person whose token it is, as far as it reaches. Better: "
        "KPIDASH_TOKEN, which others on this machine do not see."
    ),
    click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document."),
)  # fmt: skip


def with_session(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the common options and call it with a Session first.

    Options may stand before or behind the command's name; behind wins.
    """

    @wraps(command)
    def run(
        *args: Any,
        database_url: str | None,
        user: str | None,
        token: str | None,
        as_json: bool,
        **rest: Any,
    ) -> None:
        context = click.get_current_context()
        outer = context.obj if isinstance(context.obj, Session) else Session()
        session = replace(
            outer,
            database_url=outer.database_url if database_url is None else database_url,
            user=outer.user if user is None else click.format_filename(user),
            token=outer.token if token is None else token,
            as_json=as_json or outer.as_json,
        )
        context.obj = session
        context.call_on_close(session.close)
        if session.user is not None:
            _ = session.secret  # refused for every command, also one that asks for nobody's rights
        command(session, *args, **rest)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run
