"""What a provider says of itself: its addresses and its public keys, kept for a while.

Keys are asked for again when a token names one that is not known, which is how providers change them.
"""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError, InvalidURL, Timeout
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from kpidash.services.oidc.refusals import ProviderUnavailable
from kpidash.settings import Oidc

PATIENCE = Timeout(5.0, connect=3.0)
"""Seconds to wait for the provider, for each step of an answer."""
FRESH_S = 30.0
"""For how long its addresses are used without asking; so long it may be down before people are told."""
_ASYMMETRIC = {"RSA", "EC", "OKP"}
"""Kinds of public keys. With others whoever checks a token could make one."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_log = logging.getLogger("kpidash.oidc")


class Provider:
    """One provider, as a process sees it; safe to share between threads."""

    def __init__(self, settings: Oidc, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: KeySet | None = None
        self._failed: tuple[float, str] | None = None

    def client(self, **more: Any) -> OAuth2Client:
        """An HTTP client that acts as this application; to be closed."""
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret,
            scope=self.settings.scopes,
            code_challenge_method="S256",
            timeout=PATIENCE,
            **more,
        )

    def metadata(self, *, fresh: bool = False) -> Mapping[str, Any]:
        """Its description of itself, asked for anew where it is old and must be `fresh`.

        Raises ProviderUnavailable.
        """
        with self._lock:
            now = self._clock()
            if self._metadata is None or (fresh and now - self._metadata[0] >= FRESH_S):
                self._metadata = now, self._discovered(now)
            return self._metadata[1]

    def keys(self, *, again: bool = False) -> KeySet:
        """Its public keys, those that are known or those that there are now; raises ProviderUnavailable."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            if self._keys is None or again:
                self._keys = _public(self._get(address))
            return self._keys

    def unavailable(self, reason: str) -> ProviderUnavailable:
        """What to raise where it does not do its part."""
        return ProviderUnavailable(self.settings.name, reason)

    def _discovered(self, now: float) -> dict[str, Any]:
        """The document, asked for once a second at most while it cannot be had: people queue here."""
        if self._failed is not None and now - self._failed[0] < 1:
            raise self.unavailable(self._failed[1])
        try:
            found = self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._check(found)
        except ProviderUnavailable as problem:
            self._failed = self._clock(), problem.reason
            raise
        return found

    def _check(self, found: Mapping[str, Any]) -> None:
        """Raise unless the document is that of this issuer and names what is needed, at safe addresses."""
        if found.get("issuer") != self.settings.issuer:
            raise self.unavailable("its discovery document is that of another issuer")
        secure = urlsplit(self.settings.issuer).scheme == "https"
        for name in (*_NEEDED, "userinfo_endpoint", "end_session_endpoint"):
            address = found.get(name)
            if address is None and name not in _NEEDED:
                continue
            schemes = {"https"} if secure else {"http", "https"}
            if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
                raise self.unavailable(f"its discovery document has no safe {name}")

    def _get(self, address: str) -> dict[str, Any]:
        try:
            with self.client() as client:
                answer = client.request("GET", address, withhold_token=True)
                answer.raise_for_status()
                found = answer.json()
        except (HTTPError, InvalidURL, ValueError) as problem:
            raise self.unavailable(f"{address}: {type(problem).__name__}") from None
        if not isinstance(found, dict):
            raise self.unavailable(f"{address}: no JSON object")
        return found


def _public(found: Mapping[str, Any]) -> KeySet:
    """The keys with which signatures can be checked; what is not understood is left out."""
    keys = []
    listed = found.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("kty") not in _ASYMMETRIC or one.get("use", "sig") != "sig":
            continue
        try:
            keys.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            _log.warning("the provider publishes a key that cannot be read; it is left out")
    return KeySet(keys)
