"""Tokens in a list, each to end: of everybody, of one person, or one's own."""

from collections.abc import Mapping, Sequence
from functools import partial

from kpidash.services import tokens
from kpidash.services.tokens import Token, state_of
from kpidash.ui import deeds
from kpidash.ui.blocks import section, table
from kpidash.ui.elements import Child, Tree, element, show
from kpidash.ui.people import words
from kpidash.ui.viewer import Viewer

_END = "end-token"
_WHAT = "What programs do with a token is noted in its person's name. Nobody can see a token again."


def token_list(
    viewer: Viewer, found: Sequence[Token], names: Mapping[str, str], *,
    people: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """The tokens with what each may do and until when.

    `names` are those of departments by their codes; `people` those of all by their addresses, where
    the tokens are of several.
    """
    heads = ("Token", "May", "Made", "Good until", "Last used", "Change")
    drawn: Tree = element("p", "No tokens.", klass="calm")
    if found:
        rows = [_row(viewer, one, names, people=people) for one in found]
        drawn = table((heads[0], "Person", *heads[1:]) if people else heads, rows, "words")
    show(
        section("Tokens", drawn, note=_WHAT, klass="apart narrow"),
        key="tokens",
        sent=lambda said: deeds.ask(_END, said),
    )
    chosen = next((one for one in found if one.id == deeds.asked(_END) and state_of(one) == "good"), None)
    if chosen is not None:
        used = words.when(viewer, chosen.used_at)
        deeds.question(
            f"End the token {chosen.name}?",
            f"Whatever uses it is refused at once, for good. It was last used: {used}.",
            label="End it",
            key=_END,
            do=partial(_ended, viewer, chosen.id),
        )


def _row(
    viewer: Viewer, one: Token, names: Mapping[str, str], *, people: Mapping[str, str] | None
) -> tuple[Child, ...]:
    end: Child = element("span", "ended", klass="quiet")
    if state_of(one) == "good":
        end = element("button", "End …", type="button", data_send=one.id, klass="action",
                      aria_label=f"End the token {one.name}")  # fmt: skip
    called = (people or {}).get(one.email) or viewer.name(one.email)
    who = element("a", called, href=viewer.view.link("people", one.email), klass="name")
    used: Child = words.when(viewer, one.used_at)
    if one.used_at is None:
        used = element("span", "never", klass="quiet")
    cells: tuple[Child, ...] = (
        words.lends(one, names), words.day(viewer, one.made_at), words.until(viewer, one), used, end,
    )  # fmt: skip
    return (one.name, who, *cells) if people else (one.name, *cells)


def _ended(viewer: Viewer, token_id: str) -> str:
    return f"The token {tokens.end(viewer.database, viewer.scope, token_id).name} is ended."
