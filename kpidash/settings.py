"""What the environment sets, read once and checked: the only reader of `os.environ`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `app.py`, `pages/` and `data/`."""

AUTH_KINDS = ("demo", "local", "oidc")
AUTH_AVAILABLE = ("demo",)
LOG_KINDS = ("text", "json")


class WrongSetting(Exception):  # noqa: N818 - reads as the message that people get
    """A setting that cannot be used; the message names it and says what to write."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    `database_url` names the database, `read_database_url` a read replica of it for screens, `auth` how people
    sign in, `max_upload_mb` the largest accepted file (as it arrives, in MB of 10⁶ bytes), `log` how log
    lines are written. With a `token` the command line acts as the person whose it is.
    """

    database_url: str = "sqlite:///data/kpidash.db"
    read_database_url: str | None = None
    auth: str = "demo"
    max_upload_mb: int = 200
    secret_key: str | None = None
    log: str = "text"
    token: str | None = field(default=None, repr=False)

    @property
    def max_upload_bytes(self) -> int:
        """The largest accepted file in bytes."""
        return self.max_upload_mb * 1_000_000


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that `environment` (by default the process's own) gives; raises WrongSetting."""
    found = os.environ if environment is None else environment
    auth = found.get("KPIDASH_AUTH") or Settings.auth
    if auth not in AUTH_KINDS:
        raise WrongSetting(f"KPIDASH_AUTH is '{auth}'; use one of {', '.join(AUTH_KINDS)}")
    if auth not in AUTH_AVAILABLE:
        raise WrongSetting(f"KPIDASH_AUTH={auth} is not available in this version; use demo")
    log = found.get("KPIDASH_LOG") or Settings.log
    if log not in LOG_KINDS:
        raise WrongSetting(f"KPIDASH_LOG is '{log}'; use one of {', '.join(LOG_KINDS)}")
    size = found.get("KPIDASH_MAX_UPLOAD_MB") or str(Settings.max_upload_mb)
    if not size.isascii() or not size.isdigit() or int(size) == 0:
        raise WrongSetting(f"KPIDASH_MAX_UPLOAD_MB is '{size}'; write a whole number of megabytes above 0")
    database_url = found.get("KPIDASH_DATABASE_URL") or Settings.database_url
    read_database_url = found.get("KPIDASH_READ_DATABASE_URL") or None
    if read_database_url and not all(one.startswith("postgres") for one in (database_url, read_database_url)):
        raise WrongSetting(
            "KPIDASH_READ_DATABASE_URL names a read replica, which only PostgreSQL has; "
            "leave it away, or let both it and KPIDASH_DATABASE_URL begin with postgresql://"
        )
    return Settings(
        database_url=database_url,
        read_database_url=read_database_url,
        auth=auth,
        max_upload_mb=int(size),
        secret_key=found.get("KPIDASH_SECRET_KEY") or None,
        log=log,
        token=_token(found),
    )


def _token(found: Mapping[str, str]) -> str | None:
    """An empty one is refused: a secret that somebody forgot to set must not mean more rights."""
    token = found.get("KPIDASH_TOKEN")
    if token is not None and not token.strip():
        raise WrongSetting("KPIDASH_TOKEN is empty; set it to a token, or leave it away")
    return None if token is None else token.strip()


def export(*, database_url: str) -> None:
    """Hand the database on to a process that this one becomes."""
    os.environ["KPIDASH_DATABASE_URL"] = database_url
