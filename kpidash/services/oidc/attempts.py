"""One attempt to sign in, from leaving for the provider until coming back: kept in the person's browser.

It is signed, so that nobody can make one up, ends after ten minutes, and is good once: a process remembers
which have come back. To another process the provider would not give tokens for the same code again.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from threading import Lock

from itsdangerous import BadSignature, URLSafeTimedSerializer

GOOD_FOR_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """`state` binds the answer to this browser, `nonce` the token to it, `verifier` the code (RFC 7636).

    `goal` is the address within the application to go to afterwards, `invitation` the digest of the link that
    was opened before, empty where none was.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    goal: str
    invitation: str


def begun(*, goal: str, invitation: str = "") -> Attempt:
    """A new attempt, with 256 random bits for each of its secrets."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state=state, nonce=nonce, verifier=verifier, goal=goal, invitation=invitation)


class Attempts:
    """Seals attempts for browsers and opens what comes back, each once."""

    def __init__(self, key: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="kpidash.oidc.attempt")
        self._clock = clock
        self._back: dict[str, float] = {}
        self._lock = Lock()

    def sealed(self, attempt: Attempt) -> str:
        """The attempt as text that only this application can have made."""
        return self._serializer.dumps(asdict(attempt))

    def opened(self, text: str) -> Attempt | None:
        """The attempt of a text; None for one that is forged, too old, or was opened before."""
        try:
            attempt = Attempt(**self._serializer.loads(text, max_age=GOOD_FOR_S))
        except BadSignature:
            return None
        now = self._clock()
        with self._lock:
            self._back = {state: until for state, until in self._back.items() if until > now}
            if attempt.state in self._back:
                return None
            self._back[attempt.state] = now + GOOD_FOR_S + 1
        return attempt
