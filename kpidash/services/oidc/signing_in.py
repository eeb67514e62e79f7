"""Signing in at the provider and out of it, as one browser goes through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from authlib.common.urls import add_params_to_uri

from kpidash.services import sessions
from kpidash.services.errors import NotThere
from kpidash.services.hashing import digest_of
from kpidash.services.oidc.accounts import account_of
from kpidash.services.oidc.attempts import Attempts, begun
from kpidash.services.oidc.exchange import claimed, leaving_for
from kpidash.services.oidc.provider import Provider
from kpidash.services.oidc.refusals import ProviderUnavailable, SignInRefused, too_late
from kpidash.services.sessions import Begun
from kpidash.services.signing_in import Visit
from kpidash.settings import Oidc
from kpidash.store.engine import Database

CALLBACK = "/sign-in/oidc/callback"
"""Where the provider sends people back to, below the public address; it has to know that."""
LEFT = "/sign-in/left"
"""The same after they signed out."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where a browser goes to sign in, and what it keeps meanwhile."""

    address: str = field(repr=False)
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody who signed in: their session, and where in the application they wanted to go."""

    session: Begun
    goal: str


class Door:
    """Sign-in through one provider, for the application at the public address `base`."""

    def __init__(self, settings: Oidc, *, base: str, key: str, provider: Provider | None = None) -> None:
        self.name = settings.name
        self._base = base
        self._provider = provider or Provider(settings)
        self._attempts = Attempts(key)

    def leave(self, *, goal: str, invitation: str = "") -> Leaving:
        """Begin to sign in, with the token of an invitation where one was opened.

        Raises ProviderUnavailable.
        """
        attempt = begun(goal=goal, invitation=digest_of(invitation) if invitation else "")
        address = leaving_for(self._provider, attempt, back=self._base + CALLBACK)
        return Leaving(address, self._attempts.sealed(attempt))

    def arrive(self, database: Database, kept: str, answer: Mapping[str, str], visit: Visit) -> Arrived:
        """Finish to sign in, with what the browser `kept` and what the provider answered.

        Raises SignInRefused with words for the person.
        """
        attempt = self._attempts.opened(kept) if kept else None
        if attempt is None:
            raise too_late("this browser keeps no attempt that is open")
        found = claimed(self._provider, attempt, answer, back=self._base + CALLBACK)
        found = replace(found, origin=visit.address)
        roles = self._provider.settings.roles
        email = account_of(database, found, roles, invitation=attempt.invitation)
        try:
            session = sessions.begin(database, email, method="oidc", address=visit.address, agent=visit.agent)
        except NotThere:
            raise SignInRefused("You may not sign in here any more.", "the person left just now") from None
        return Arrived(session, attempt.goal)

    def farewell(self) -> str | None:
        """Where to sign out at the provider too; None where it has nothing for that.

        No token is kept to show there, so the provider may ask whether one means it.
        """
        try:
            endpoint = self._provider.metadata().get("end_session_endpoint")
        except ProviderUnavailable:
            return None
        if endpoint is None:
            return None
        settings = self._provider.settings
        asked = {"client_id": settings.client_id, "post_logout_redirect_uri": self._base + LEFT}
        return str(add_params_to_uri(endpoint, asked.items()))
