"""A person with a browser, who signs in at the provider as people do: page by page."""

import html
import re
from http.cookiejar import Cookie
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.oidc.provider import PASSWORD

_KNOWN: dict[tuple[bytes, str], list[Cookie]] = {}
"""What each provider knows people by who have signed in there."""


class Browser:
    """Keeps cookies and follows links, one at a time."""

    def __init__(self, app: str) -> None:
        self.app = app
        self._client = httpx2.Client(trust_env=False, timeout=30, verify=False)  # all of it is plain HTTP
        self._known = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def cookies(self) -> dict[str, str]:
        """What it keeps, for all hosts together."""
        return {one.name: one.value or "" for one in self._client.cookies.jar}

    def keep(self, name: str, value: str) -> None:
        """Put a cookie of the application in by hand."""
        for one in [one for one in self._client.cookies.jar if one.name == name]:
            self._client.cookies.jar.clear(one.domain, one.path, one.name)
        self._client.cookies.set(name, value, domain="127.0.0.1", path="/")

    def get(self, address: str) -> httpx2.Response:
        """What is at an address, of the application where it is only a path."""
        return self._client.get(self.app + address if address.startswith("/") else address)

    def post(self, address: str, headers: dict[str, str] | None = None, **form: str) -> httpx2.Response:
        """The answer to a form, which says from where it comes."""
        own = address.startswith("/")
        headers = headers or ({"origin": self.app} if own else {})
        return self._client.post(self.app + address if own else address, data=form, headers=headers)

    def until_back(self, response: httpx2.Response, name: str) -> str:
        """Go on from an answer, signing in where that is asked, until coming back; the address for that.

        Whoever has signed in at the provider before is known to it, as its pages take their time.
        """
        for _ in range(12):
            asked = response.request.url
            if response.is_redirect:
                address = str(asked.join(response.headers["location"]))
                if address.startswith(self.app):
                    self._remember(asked.netloc, name)
                    return address
                if asked.path == "/oauth/authorize" and self._recall(asked.netloc, name):
                    address = str(asked)
                response = self.get(address)
            elif asked.path == "/login":
                response = self.post(str(asked), login=name)
            elif asked.path == "/auth/password":
                response = self.post(str(asked), password=PASSWORD)
            else:
                break
        raise AssertionError(f"{response.status_code} at {response.request.url}: {response.text[:2000]}")

    def _remember(self, provider: bytes, name: str) -> None:
        """Keep what the provider knows somebody by."""
        self._known = True
        jar = self._client.cookies.jar
        _KNOWN[provider, name] = [one for one in jar if one.domain.startswith("localhost")]

    def _recall(self, provider: bytes, name: str) -> bool:
        """Be known to the provider as somebody who was there before; once, as people sign out there too."""
        if (provider, name) not in _KNOWN or self._known:
            return False
        self._known = True
        for one in _KNOWN[provider, name]:
            self._client.cookies.jar.set_cookie(one)
        return True

    def back(self, name: str, start: str = "/sign-in/oidc") -> str:
        """The address with which the provider sends somebody back who went there from `start`."""
        return self.until_back(self.get(start), name)

    def sign_in(self, name: str, start: str = "/sign-in/oidc") -> httpx2.Response:
        """The application's answer to somebody who comes back."""
        return self.get(self.back(name, start))

    def who(self) -> str:
        """For whom the application takes this browser."""
        response = self.get("/who")
        return response.text if response.status_code == 200 else "nobody"

    def another(self) -> Self:
        """Another browser, for the same application."""
        return type(self)(self.app)


def onward(page: str) -> str:
    """Where a page goes on to by itself."""
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page)
    assert found, page
    return html.unescape(found[1])


def parameters(address: str) -> dict[str, str]:
    """Those of an address, each of which it has once."""
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
