"""Every state of the entrance, for pictures and tests: each begins with somebody new."""

from collections.abc import Callable
from dataclasses import dataclass

import pyotp
from playwright.sync_api import Page, expect

from kpidash.domain.access import Grant, Role, scope_of
from kpidash.domain.catalogue import Catalogue
from kpidash.services import links, passwords, people, second_factor
from kpidash.services.access import system_user
from kpidash.services.database import Database, open_database
from tests.e2e.conftest import KEY

WORDS, COMMON = "quiet walnut seven lamps", "password1234"
ROOT = system_user("root")


@dataclass
class Arrival:
    """Somebody who is known, with a password, before a server's entrance."""

    page: Page
    base: str
    database: Database
    email: str

    def link(self) -> str:
        """The address of a link to set their password."""
        return links.make(self.database, ROOT, self.email).address(self.base)

    def sign_in(self, password: str = WORDS, *, at: str = "/sign-in") -> None:
        """Fill in the form."""
        self.page.goto(self.base + at)
        self.page.get_by_label("Mail address").fill(self.email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def choose(self, password: str, again: str | None = None) -> None:
        """Fill in the form of a link that is open."""
        self.page.get_by_label("New password").fill(password)
        self.page.get_by_label("The same again").fill(password if again is None else again)
        self.page.get_by_role("button", name="Set password").click()

    def give_device(self) -> pyotp.TOTP:
        """Turn on codes; what makes them. The code of this half minute is used by that."""
        own = scope_of(self.email, [Grant(Role.VIEWER)], Catalogue.empty())
        begun = second_factor.begin(self.database, own, WORDS, key=KEY)
        device = pyotp.TOTP(begun.secret)
        second_factor.confirm(self.database, own, begun.sealed, device.now(), key=KEY)
        return device


State = Callable[[Arrival], None]


def arrive(page: Page, base: str, url: str, number: int, *, role: Role | None = None) -> Arrival:
    """Somebody new with a password, who comes from an address of their own."""
    database, email = open_database(url), f"asha.krishnamurthy{number}@example.com"
    link = people.add(database, ROOT, email, name="Asha Krishnamurthy")
    passwords.set_by_link(database, link.token, WORDS, address="")
    if role is not None:
        people.grant(database, ROOT, email, Grant(role))
    page.set_extra_http_headers({"X-Forwarded-For": f"198.51.100.{number % 250}"})
    return Arrival(page, base, database, email)


def fresh(arrival: Arrival) -> None:
    """The form."""
    arrival.page.goto(arrival.base + "/sign-in")


def left(arrival: Arrival) -> None:
    """Just signed out."""
    arrival.page.goto(arrival.base + "/sign-in?left")


def wrong(arrival: Arrival) -> None:
    """A wrong password."""
    arrival.sign_in("not this one")
    expect(arrival.page.get_by_role("alert")).to_contain_text("not right")


def blocked(arrival: Arrival) -> None:
    """Too many wrong ones."""
    for _ in range(6):
        arrival.sign_in("not this one")
    expect(arrival.page.get_by_role("alert")).to_contain_text("Try again in")


def code(arrival: Arrival) -> None:
    """The question for a code."""
    arrival.give_device()
    arrival.sign_in()
    expect(arrival.page.get_by_label("Code")).to_be_focused()


def wrong_code(arrival: Arrival) -> None:
    """A wrong code."""
    code(arrival)
    arrival.page.get_by_label("Code").fill("000 000")
    arrival.page.get_by_role("button", name="Sign in").click()
    expect(arrival.page.get_by_role("alert")).to_contain_text("code is not right")


def link(arrival: Arrival) -> None:
    """A link to set a password."""
    arrival.page.goto(arrival.link())


def refused(arrival: Arrival) -> None:
    """A password that too many use."""
    link(arrival)
    arrival.choose(COMMON)
    expect(arrival.page.get_by_role("alert")).to_contain_text("guessed soon")


def differ(arrival: Arrival) -> None:
    """Two passwords that are not the same."""
    link(arrival)
    arrival.choose(WORDS, COMMON)
    expect(arrival.page.get_by_role("alert")).to_contain_text("not the same")


def used(arrival: Arrival) -> None:
    """A link that was used."""
    address = arrival.link()
    arrival.page.goto(address)
    arrival.choose(WORDS + " more")
    arrival.page.goto(address)
    expect(arrival.page.get_by_role("heading")).to_contain_text("not valid any more")


def was_set(arrival: Arrival) -> None:
    """A password that was just set."""
    link(arrival)
    arrival.choose(WORDS + " more")
    expect(arrival.page.get_by_role("status")).to_contain_text("password is set")


def leave(arrival: Arrival) -> None:
    """The question whether to sign out."""
    arrival.sign_in(at="/sign-in?next=/healthz")
    arrival.page.wait_for_url(lambda address: "sign-in" not in address)
    arrival.page.goto(arrival.base + "/sign-out")


STATES: dict[str, State] = {
    "fresh": fresh, "left": left, "wrong": wrong, "blocked": blocked, "code": code, "wrong-code": wrong_code,
    "link": link, "refused": refused, "differ": differ, "used": used, "set": was_set, "leave": leave,
}  # fmt: skip
