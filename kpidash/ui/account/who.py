"""Who somebody is to the company, and what they may do where, in plain words."""

from kpidash.domain.access import Capability
from kpidash.services.accounts import Ability, Account
from kpidash.ui.blocks import facts, section
from kpidash.ui.elements import Child, Tree, element, show
from kpidash.ui.people import words
from kpidash.ui.sentences import begun, joined

_COMING = {Capability.CHECK_IN, Capability.PROPOSE_TARGETS}
"""Nothing asks for these yet."""


def who(account: Account) -> Tree:
    """Name, address and roles."""
    pairs: list[tuple[str, Child]] = [("Name", account.name), ("Mail address", account.email)]
    if account.name == account.email:
        del pairs[0]
    pairs.append(("Roles", ", ".join(account.roles) or "none of your own"))
    return section("Who are you here?", facts(*pairs), klass="narrow")


def abilities(account: Account) -> Tree:
    """What they may do, each with where."""
    may = [
        (begun(words.DEEDS[one.capability]), element("span", _where(one)))
        for one in account.abilities
        if one.capability not in _COMING
    ]
    note = "An administrator gives roles and takes them back; tokens you lend hold no more than this."
    return section("What may you do, and where?", facts(*may), note=note, klass="narrow")


def elsewhere(provider: str) -> None:
    """Where those who sign in through a provider keep what they sign in with."""
    words_ = (
        f"You sign in through {provider}. Your password and what else it asks for are kept and changed there."
    )
    show(
        element("h2", "Password", klass="apart"), element("p", words_, klass="quiet"), key="account-provider"
    )


def nothing_to_keep() -> None:
    """Why the demo has nothing more here."""
    words_ = (
        "In the demo you look through the eyes of others, so nobody has a password, sessions or tokens here. "
        "Where people sign in, each keeps theirs on this page."
    )
    show(element("p", words_, klass="calm"), key="account-demo")


def _where(one: Ability) -> str:
    if one.whole:
        return "in the whole company"
    return f"in {joined(one.places)}, and all below"
