"""What the environment sets, read once and checked: the only reader of `os.environ`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from kpidash.domain import role_claims, secret_keys
from kpidash.domain.role_claims import RoleClaims

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `app.py`, `pages/` and `data/`."""

PREFIX = "KPIDASH_"
"""What the names of all of them begin with."""
AUTH_KINDS = ("demo", "local", "oidc")
LOG_KINDS = ("text", "json")
PROXIES = "127.0.0.1,::1"
"""Who is believed where a request came from, unless others are named: this machine."""
_MAKE_KEY = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'


class WrongSetting(Exception):  # noqa: N818 - reads as the message that people get
    """A setting that cannot be used; the message names it and says what to write."""


@dataclass(frozen=True, kw_only=True)
class Oidc:
    """The OpenID provider at which people sign in, and who this application is there.

    `name` is what people call it, `scopes` what is asked for; `roles` says what the values of the claim
    `roles_claim` give, and is empty where roles are given here alone.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    name: str = "your company's account"
    scopes: str = "openid profile"
    roles_claim: str | None = None
    roles: RoleClaims = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    `database_url` names the database, `read_database_url` a read replica of it for screens, `auth` how people
    sign in, `max_upload_mb` the largest accepted file (as it arrives, in MB of 10⁶ bytes), `log` how log
    lines are written. `url` is where people reach the app, as browsers write it: scheme and host, and the
    port where it is an unusual one. `proxies` are the peers that are believed where a request came from.
    `breached_passwords` is a file of passwords that nobody may set. `oidc` is there where `auth` is that.
    With a `token` the command line acts as the person whose it is.
    """

    database_url: str = field(default="sqlite:///data/kpidash.db", repr=False)
    read_database_url: str | None = field(default=None, repr=False)
    auth: str = "demo"
    max_upload_mb: int = 200
    secret_key: str | None = field(default=None, repr=False)
    log: str = "text"
    url: str | None = None
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    oidc: Oidc | None = None
    breached_passwords: Path | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def max_upload_bytes(self) -> int:
        """The largest accepted file in bytes."""
        return self.max_upload_mb * 1_000_000

    @property
    def https(self) -> bool:
        """Whether people reach the app over an encrypted line."""
        return (self.url or "").startswith("https:")

    @property
    def host(self) -> str | None:
        """What browsers send as `Host`; None where any name of this machine will do."""
        return self.url.partition("://")[2] if self.url else None


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that `environment` (by default the process's own) gives; raises WrongSetting."""
    if environment is None:
        return _loaded(tuple((name, os.environ[name]) for name in os.environ if name.startswith(PREFIX)))
    return _read(environment)


@lru_cache(maxsize=4)
def _loaded(environment: tuple[tuple[str, str], ...]) -> Settings:
    """Read once: every run of a screen asks."""
    return _read(dict(environment))


def _read(found: Mapping[str, str]) -> Settings:
    auth = _one_of(AUTH_KINDS, "KPIDASH_AUTH", found.get("KPIDASH_AUTH") or Settings.auth)
    log = _one_of(LOG_KINDS, "KPIDASH_LOG", found.get("KPIDASH_LOG") or Settings.log)
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
        secret_key=_secret_key(found.get("KPIDASH_SECRET_KEY") or None, auth),
        log=log,
        url=_url(found.get("KPIDASH_URL") or None, auth),
        proxies=_proxies(found.get("KPIDASH_PROXIES") or PROXIES),
        oidc=_oidc(found) if auth == "oidc" else None,
        breached_passwords=_file("KPIDASH_BREACHED_PASSWORDS", found.get("KPIDASH_BREACHED_PASSWORDS")),
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


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    if host.casefold().rstrip(".") == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _one_of(kinds: tuple[str, ...], name: str, given: str) -> str:
    if given not in kinds:
        raise WrongSetting(f"{name} is '{given}'; use one of {', '.join(kinds)}")
    return given


def _file(name: str, given: str | None) -> Path | None:
    if given and not Path(given).is_file():
        raise WrongSetting(f"{name} is '{given}', where no file is; correct it or leave it away")
    return Path(given) if given else None


def _secret_key(key: str | None, auth: str) -> str | None:
    """The key, which everything but the demo needs; what is wrong with one is said, the key itself is not."""
    if auth == "demo":
        return key
    if key is None:
        raise WrongSetting(f"KPIDASH_AUTH={auth} needs KPIDASH_SECRET_KEY; {_MAKE_KEY}")
    fault = secret_keys.fault_of(key)
    if fault is not None:
        raise WrongSetting(f"KPIDASH_SECRET_KEY {fault}; {_MAKE_KEY}")
    return key


def _url(given: str | None, auth: str) -> str | None:
    """The public address as browsers write it."""
    if given is None:
        if auth != "demo":
            raise WrongSetting(
                f"KPIDASH_AUTH={auth} needs KPIDASH_URL, the address in people's browsers, "
                "such as https://kpi.example.com"
            )
        return None
    wrong = WrongSetting(
        f"KPIDASH_URL is '{given}'; write the address in people's browsers without a path, "
        "such as https://kpi.example.com"
    )
    try:
        parts = urlsplit(given)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise wrong from None
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not host or beyond:
        raise wrong
    if auth == "demo" and not is_loopback(host):
        raise WrongSetting(
            f"KPIDASH_URL is '{given}', but in the demo everybody is whoever they choose, so it is for this "
            "machine alone; set KPIDASH_AUTH=local or oidc, or leave KPIDASH_URL away"
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise WrongSetting(
            f"KPIDASH_URL is '{given}', and over plain http passwords and cookies can be read on the way; "
            "put nginx with a certificate in front (deploy/nginx) and write https://"
        )
    named = f"[{host}]" if ":" in host else host
    usual = port in {None, {"http": 80, "https": 443}[parts.scheme]}
    return f"{parts.scheme}://{named}" if usual else f"{parts.scheme}://{named}:{port}"


def _proxies(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in given.split(","))
    except ValueError:
        raise WrongSetting(
            f"KPIDASH_PROXIES is '{given}'; write addresses or networks with commas between them, "
            f"such as {PROXIES},10.0.0.0/28"
        ) from None


def _oidc(found: Mapping[str, str]) -> Oidc:
    client_id = found.get("KPIDASH_OIDC_CLIENT_ID")
    if not client_id:
        raise WrongSetting(
            "KPIDASH_AUTH=oidc needs KPIDASH_OIDC_CLIENT_ID, which the provider gives to kpidash"
        )
    claim, table = found.get("KPIDASH_OIDC_ROLES_CLAIM") or None, found.get("KPIDASH_OIDC_ROLES") or None
    if (claim is None) != (table is None):
        raise WrongSetting(
            "KPIDASH_OIDC_ROLES_CLAIM names the claim whose values KPIDASH_OIDC_ROLES gives roles to; "
            "set both, or neither where people are invited"
        )
    try:
        roles = role_claims.parsed(table) if table else {}
    except ValueError as problem:
        raise WrongSetting(f"KPIDASH_OIDC_ROLES {problem}; write it such as {role_claims.EXAMPLE}") from None
    scopes = (found.get("KPIDASH_OIDC_SCOPES") or Oidc.scopes).split()
    return Oidc(
        issuer=_issuer(found.get("KPIDASH_OIDC_ISSUER") or ""),
        client_id=client_id,
        client_secret=found.get("KPIDASH_OIDC_CLIENT_SECRET") or None,
        name=found.get("KPIDASH_OIDC_NAME") or Oidc.name,
        scopes=" ".join(dict.fromkeys(["openid", *scopes])),
        roles_claim=claim,
        roles=roles,
    )


def _issuer(given: str) -> str:
    """The issuer, letter by letter as the provider writes it: tokens are compared with it."""
    parts = urlsplit(given)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or local):
        raise WrongSetting(
            f"KPIDASH_OIDC_ISSUER is '{given}'; write the issuer that the provider's documentation names, "
            "such as https://login.example.com/company"
        )
    return given
