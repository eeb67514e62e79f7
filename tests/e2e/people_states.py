"""A company behind a sign-in, with people in every state: for pictures and tests of people and accounts."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pyotp
from playwright.sync_api import BrowserContext, Page, expect

from kpidash.domain.access import Capability
from kpidash.services import access, hashing, people, second_factor, sessions, tokens
from kpidash.services.database import Database, open_database
from kpidash.services.sessions import Begun
from kpidash.store import credentials, users
from tests.e2e.conftest import WAIT_MS, leave
from tests.e2e.every_screen import settle

WORDS = "quiet walnut seven lamps"
ADMINISTRATOR, ANALYST, HEAD, EXECUTIVE, LEFT = (
    f"{name}@example.com"
    for name in ("ritu.agarwal", "divya.menon", "vikram.rao", "ananya.krishnan", "leela.dsouza")
)
NEW = "asha.krishnamurthy@example.com"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
ROOT = access.system_user("root")


@dataclass
class Desk:
    """Somebody who is signed in, before a page of their browser."""

    page: Page
    base: str
    database: Database
    email: str
    session: Begun

    def open(self, address: str) -> None:
        """Go to an address and wait until it is drawn."""
        self.page.goto(self.base + address)
        self.page.locator("h1").first.wait_for(timeout=WAIT_MS)
        settle(self.page)


def settled(url: str) -> Database:
    """The demo company of a database, with passwords, sessions, tokens, one invited and one gone."""
    database, now = open_database(url), datetime.now(UTC)
    for email in (ADMINISTRATOR, ANALYST, HEAD, EXECUTIVE, LEFT):
        give_password(database, email)
    begin(database, ANALYST, FIREFOX, "192.0.2.44", at=now - timedelta(minutes=50), seen=now)
    begin(database, ANALYST, PHONE, "198.51.100.7", at=now - timedelta(minutes=12))
    begin(database, EXECUTIVE, PHONE, "198.51.100.9", at=now - timedelta(minutes=25))
    begin(database, LEFT, FIREFOX, "192.0.2.45", at=now - timedelta(days=3))
    analyst = access.sign_in(database, ANALYST)
    tokens.make(
        database, analyst, "Nightly load of the till", capabilities=[Capability.READ, Capability.UPLOAD]
    )
    tokens.make(database, analyst, "Spreadsheet of sales", departments=["sales"], days=30)
    ended = tokens.make(database, analyst, "A first try", days=5)
    tokens.end(database, analyst, ended.token.id)
    people.add(database, ROOT, NEW, name="Asha Krishnamurthy")
    people.disable(database, ROOT, LEFT)
    return database


def give_password(database: Database, email: str) -> None:
    """Let somebody sign in with WORDS."""
    with database.write() as connection:
        found = users.find(connection, email)
        assert found is not None
        credentials.set_password(connection, found.id, _hashed(), at=datetime.now(UTC))


@lru_cache
def _hashed() -> str:
    return hashing.hashed(WORDS)


def begin(
    database: Database, email: str, agent: str = FIREFOX, address: str = "192.0.2.7", *,
    at: datetime | None = None, seen: datetime | None = None,
) -> Begun:  # fmt: skip
    """A session as the entrance begins one."""
    begun = sessions.begin(database, email, method="password", address=address, agent=agent, at=at)
    found = sessions.of_token(database, begun.token, at=at)
    if found is not None and seen is not None:
        sessions.seen(database, found, at=seen)
    return begun


@contextmanager
def desk(profile: BrowserContext, base: str, database: Database, email: str = ADMINISTRATOR):
    """Somebody signed in, in a browser in which nobody else is meanwhile."""
    session = begin(database, email)
    profile.add_cookies([{"name": "kpidash", "value": session.token, "url": base, "httpOnly": True}])
    page = profile.new_page()
    page.set_default_timeout(WAIT_MS)
    try:
        yield Desk(page, base, database, email, session)
    finally:
        leave(page, base)


def invited(found: Desk) -> None:
    """Somebody just added, with the link that is shown once."""
    found.open(f"/people?code={NEW}")
    found.page.get_by_role("button", name="Make a sign-in link").click()
    expect(found.page.get_by_role("textbox", name=f"The link for {NEW}")).to_be_visible()


def disabling(found: Desk) -> None:
    """Asked whether somebody is to be disabled."""
    found.open(f"/people?code={ANALYST}")
    found.page.get_by_role("button", name="Disable …").click()
    expect(found.page.get_by_role("heading", name="Disable Divya Menon?")).to_be_visible()


def last(found: Desk) -> None:
    """The last administrator is not to be disabled."""
    found.open(f"/people?code={ADMINISTRATOR}")
    found.page.get_by_role("button", name="Disable …").click()
    found.page.get_by_role("button", name="Disable Ritu Agarwal").click()
    expect(found.page.get_by_role("status")).to_contain_text("last administrator")


def enrolling(found: Desk) -> None:
    """The QR code that turns codes on."""
    second_factor.off_for(found.database, ROOT, found.email)
    give_password(found.database, found.email)
    found.open("/account")
    found.page.get_by_label("Your password", exact=True).fill(WORDS)
    found.page.get_by_role("button", name="Turn codes on …").click()
    expect(found.page.get_by_role("img", name="QR code")).to_be_visible()


def enrolled(found: Desk) -> None:
    """Codes that are on."""
    enrolling(found)
    secret = found.page.locator(".digest.whole").inner_text().replace(" ", "")
    found.page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    found.page.get_by_role("button", name="Turn codes on", exact=True).click()
    expect(found.page.get_by_role("status").first).to_contain_text("Codes are on")


def lent(found: Desk) -> None:
    """A token that was just made."""
    found.open("/account")
    name = f"Report of {datetime.now(UTC):%H:%M:%S.%f}"
    found.page.get_by_label("What uses it").fill(name)
    found.page.get_by_role("button", name="Make the token").click()
    expect(found.page.get_by_role("textbox", name=f"The token {name}")).to_be_visible()


def at(address: str) -> Callable[[Desk], None]:
    """A screen as it is."""
    return lambda found: found.open(address)


STATES: dict[str, tuple[str, Callable[[Desk], None]]] = {
    "people": (ADMINISTRATOR, at("/people")),
    "sessions": (ADMINISTRATOR, at("/people?show=sessions")),
    "tokens": (ADMINISTRATOR, at("/people?show=tokens")),
    "person": (ADMINISTRATOR, at(f"/people?code={ANALYST}")),
    "gone": (ADMINISTRATOR, at(f"/people?code={LEFT}")),
    "invited": (ADMINISTRATOR, invited),
    "disabling": (ADMINISTRATOR, disabling),
    "last": (ADMINISTRATOR, last),
    "account": (ANALYST, at("/account")),
    "enrolling": (HEAD, enrolling),
    "lent": (ANALYST, lent),
    "enrolled": (EXECUTIVE, enrolled),
}
"""Who looks, and how they come to each state."""
