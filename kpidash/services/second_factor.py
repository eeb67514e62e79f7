"""Codes from a device beside the password (TOTP, RFC 6238): turned on by a person, asked at sign-in.

The secret is kept encrypted with a key made from KPIDASH_SECRET_KEY, so a copy of the database alone makes no
codes. Each code is good once.
"""

import base64
import hmac
import io
import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from kpidash.domain.access import Scope
from kpidash.services import attempts, passwords
from kpidash.services.errors import Standing
from kpidash.services.links import known, require_in_person, require_manager
from kpidash.services.noting import note
from kpidash.store import credentials
from kpidash.store.engine import Connection, Database

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

ISSUER = "kpidash"
WRONG_CODE = "This code is not right. Type the newest one that your device shows."
STEP_S, NEIGHBOURS = 30, (0, -1, 1)
"""A code is good for its half minute and the ones before and after: clocks differ."""
ENROLMENT = timedelta(minutes=15)
_CODES = "turn codes on or off"
_log = logging.getLogger("kpidash.services")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a device needs to make codes: the `secret`, the same as an address, and that as a QR code in SVG.

    `sealed` goes back to `confirm`; it holds the secret so that only this application can read it.
    """

    secret: str = field(repr=False)
    address: str = field(repr=False)
    svg: str = field(repr=False)
    sealed: str = field(repr=False)


def begin(
    database: Database, scope: Scope, password: str, *, key: str | None, at: datetime | None = None
) -> Enrolment:
    """A new secret for oneself, who knows the password; it is nothing until `confirm`.

    Raises Standing where one has codes, and NotProven as `passwords.proven` does: whoever finds a screen open
    ties no device of theirs to it.
    """
    import pyotp
    import segno

    require_in_person(scope, _CODES)
    person, _ = passwords.proven(database, scope, password, at=at)
    with database.read(newest=True) as connection:
        if credentials.of(connection, person.id).totp is not None:
            raise Standing("Codes are on already; turn them off first to use another device.")
    secret = pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER)
    svg = io.BytesIO()
    segno.make(address, error="m").save(svg, kind="svg", scale=5, border=2, xmldecl=False, light="#fff")
    sealed = _box(key).encrypt(json.dumps([person.email, secret]).encode()).decode()
    return Enrolment(secret, address, svg.getvalue().decode(), sealed)


def confirm(
    database: Database, scope: Scope, sealed: str, code: str, *, key: str | None, at: datetime | None = None
) -> None:
    """Turn codes on with the first one. Raises NotProven for a wrong one, Standing where it took too long."""
    require_in_person(scope, _CODES)
    email, secret = _opened(sealed, key)
    with database.write() as connection:
        person = known(connection, scope.actor)
        if email != person.email or credentials.of(connection, person.id).totp is not None:
            raise Standing("Begin again: this is not the newest QR code.")
        step = _step_of(secret, code, at or datetime.now(UTC))
        if step is None:
            raise attempts.NotProven(WRONG_CODE)
        kept = _box(key).encrypt(secret.encode()).decode()
        credentials.set_totp(connection, person.id, kept, step=step)
        note(connection, scope, "totp.on", person.email)


def off(database: Database, scope: Scope, code: str, *, key: str | None, at: datetime | None = None) -> None:
    """Turn one's own codes off with one of them. Raises NotProven, which counts as a failed sign-in."""
    require_in_person(scope, _CODES)
    with database.read(newest=True) as connection:
        person = known(connection, scope.actor)
    with attempts.counted(database, person.email, address="", at=at), database.write() as connection:
        if not is_right(connection, person.id, code, key=key, at=at):
            raise attempts.NotProven(WRONG_CODE)
        credentials.set_totp(connection, person.id, None, step=None)
        note(connection, scope, "totp.off", person.email)


def off_for(database: Database, scope: Scope, email: str) -> bool:
    """Turn somebody's codes off, who lost the device; False where they have none. For administrators."""
    require_manager(scope)
    with database.write() as connection:
        person = known(connection, email)
        if credentials.of(connection, person.id).totp is None:
            return False
        credentials.set_totp(connection, person.id, None, step=None)
        note(connection, scope, "totp.off", person.email)
    return True


def is_right(
    connection: Connection, user_id: int, code: str, *, key: str | None, at: datetime | None = None
) -> bool:
    """Whether this is a code of a person's device that was not used before; it is used by that."""
    from cryptography.fernet import InvalidToken

    kept = credentials.of(connection, user_id).totp
    if kept is None:
        return False
    try:
        secret = _box(key).decrypt(kept.encode()).decode()
    except InvalidToken:
        _log.error("a secret of codes cannot be read: KPIDASH_SECRET_KEY is not the one it was kept with")
        return False
    step = _step_of(secret, code, at or datetime.now(UTC))
    return step is not None and credentials.use_step(connection, user_id, step)


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The number of the half minute whose code this is, of those around `at`."""
    import pyotp

    given = "".join(code.split())
    if not given.isascii():
        return None
    now, maker = int(at.timestamp()) // STEP_S, pyotp.TOTP(secret, interval=STEP_S)
    steps = [now + other for other in NEIGHBOURS]
    return next((one for one in steps if hmac.compare_digest(maker.generate_otp(one), given)), None)


def _opened(sealed: str, key: str | None) -> tuple[str, str]:
    from cryptography.fernet import InvalidToken

    try:
        content = _box(key).decrypt(sealed.encode(), ttl=int(ENROLMENT.total_seconds()))
    except InvalidToken:
        raise Standing("That took too long, so begin again.") from None
    email, secret = json.loads(content)
    return email, secret


def _box(key: str | None) -> "Fernet":
    if not key:
        raise Standing("Codes need KPIDASH_SECRET_KEY, which an administrator sets.")
    return _made(key)


@lru_cache(maxsize=2)
def _made(key: str) -> "Fernet":
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kpidash: secrets of codes").derive(
        key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(made))
