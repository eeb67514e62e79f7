"""The two steps of a sign-in: where to send a browser, and what the answer says of its person.

What the answer says is taken from the ID token alone once it is proved, and from the userinfo of the same
person where the claim for roles is not in the token. No token outlives the function that asked for it.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from kpidash.domain.people import LONGEST_NAME
from kpidash.domain.role_claims import values_of
from kpidash.services.oidc.attempts import Attempt
from kpidash.services.oidc.provider import Provider
from kpidash.services.oidc.refusals import SignInRefused, not_believed

SIGNED_WITH = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Signatures that only the provider can make: neither `none` nor those with a shared secret."""
LEEWAY_S = 60
"""How far the clocks of the provider and of this machine may be apart."""
LONGEST = 255
"""A subject has at most so many characters (OpenID Connect Core 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the provider says of a person: who they are there, how they are called, and values for roles.

    `origin` is the address from which they came here.
    """

    issuer: str
    subject: str
    name: str
    values: tuple[str, ...]
    origin: str = ""


def leaving_for(provider: Provider, attempt: Attempt, *, back: str) -> str:
    """The address at the provider to which a browser goes, to come `back`; raises ProviderUnavailable."""
    endpoint = provider.metadata(fresh=True)["authorization_endpoint"]
    with provider.client(redirect_uri=back) as client:
        address, _ = client.create_authorization_url(
            endpoint, state=attempt.state, code_verifier=attempt.verifier, nonce=attempt.nonce
        )
    return str(address)


def claimed(provider: Provider, attempt: Attempt, answer: Mapping[str, str], *, back: str) -> Claimed:
    """What the provider says of the person with whose browser its `answer` came.

    Raises SignInRefused where any part of it is not what was asked for, ProviderUnavailable.
    """
    code = _code(provider, attempt, answer)
    with provider.client(redirect_uri=back, token_endpoint_auth_method=_method(provider)) as client:
        token = _exchanged(provider, client, code, attempt)
        claims = _proved(provider, token, attempt.nonce)
        found = _with_roles(provider, client, claims)
    name = next((text for key in ("name", "preferred_username", "nickname")
                 if (text := _shown(found.get(key)))), "")  # fmt: skip
    values = values_of(found, provider.settings.roles_claim) if provider.settings.roles_claim else None
    return Claimed(issuer=claims["iss"], subject=claims["sub"], name=name, values=values or ())


def _code(provider: Provider, attempt: Attempt, answer: Mapping[str, str]) -> str:
    """The code of an answer that belongs to this attempt and comes from this provider (RFC 9207)."""
    if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise not_believed("the state is another one")
    needed = provider.metadata().get("authorization_response_iss_parameter_supported") is True
    if ("iss" in answer or needed) and answer.get("iss") != provider.settings.issuer:
        raise not_believed("the answer names another issuer")
    if "error" in answer:
        name = provider.settings.name
        raise SignInRefused(
            f"The sign-in of {name} was broken off there. Begin again, or ask whoever looks after {name}.",
            f"the provider answered {_plain(answer['error'])}",
        )
    if not answer.get("code"):
        raise not_believed("the answer has no code")
    return answer["code"]


def _method(provider: Provider) -> str:
    """How to show the client's secret: in the header unless the provider wants it in the body."""
    if provider.settings.client_secret is None:
        return "none"
    offered = provider.metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _exchanged(provider: Provider, client: OAuth2Client, code: str, attempt: Attempt) -> Mapping[str, Any]:
    endpoint = provider.metadata()["token_endpoint"]
    try:
        found = client.fetch_token(
            endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
        )
    except OAuthError as problem:
        raise not_believed(f"the provider gave no token: {_plain(problem.error)}") from None
    except (HTTPError, ValueError) as problem:
        raise provider.unavailable(f"{endpoint}: {type(problem).__name__}") from None
    if not isinstance(found.get("id_token"), str):
        raise not_believed("the provider gave no ID token")
    return dict(found)


def _proved(provider: Provider, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
    """The claims of an ID token that this provider signed for this application and this attempt."""
    settings = provider.settings
    try:
        read = _read(provider, token["id_token"])
        claims = CodeIDToken(
            read.claims,
            read.header,
            {"iss": {"essential": True, "value": settings.issuer},
             "aud": {"essential": True, "value": settings.client_id},
             "nonce": {"essential": True, "value": nonce}},
            {"nonce": nonce, "client_id": settings.client_id, "access_token": token.get("access_token")},
        )  # fmt: skip
        claims.validate(leeway=LEEWAY_S)
    except (JoseError, ValueError, TypeError) as problem:
        raise not_believed(f"the ID token does not hold: {_plain(str(problem))}") from None
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or not subject.isprintable():
        raise not_believed("the ID token has no subject")
    return dict(claims)


def _read(provider: Provider, id_token: str) -> jwt.Token:
    """The token, its signature proved, with the newest keys where it names one that is not known."""
    offered = provider.metadata().get("id_token_signing_alg_values_supported") or ["RS256"]
    allowed = [one for one in SIGNED_WITH if one in offered]
    if not allowed:
        raise not_believed("the provider signs in no way that is safe")
    rules = JWSRegistry(algorithms=allowed, strict_check_header=False)
    try:
        return jwt.decode(id_token, provider.keys(), registry=rules)
    except InvalidKeyIdError:
        return jwt.decode(id_token, provider.keys(again=True), registry=rules)


def _with_roles(provider: Provider, client: OAuth2Client, claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims, and those of userinfo where the token does not hold the one for roles."""
    wanted, endpoint = provider.settings.roles_claim, provider.metadata().get("userinfo_endpoint")
    if wanted is None or endpoint is None or values_of(claims, wanted) is not None:
        return claims
    try:
        answer = client.get(endpoint)
        answer.raise_for_status()
        found = answer.json()
    except (HTTPError, OAuthError, ValueError) as problem:
        raise provider.unavailable(f"{endpoint}: {type(problem).__name__}") from None
    if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
        raise not_believed("userinfo is that of somebody else")
    return {**found, **claims}


def _shown(name: object) -> str:
    """A name as it can be kept and shown, without what nobody sees: people write it themselves."""
    text = "".join(one if one.isprintable() else " " for one in name) if isinstance(name, str) else ""
    return " ".join(text.split())[:LONGEST_NAME]


def _plain(text: object) -> str:
    """What others wrote, for one line of the log: short, and of plain characters."""
    return "".join(one if one.isprintable() and one.isascii() else "?" for one in str(text))[:120]
