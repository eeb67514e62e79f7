"""A secret that is shown once: a link or a token, to be copied and kept by whoever needs it.

It is remembered as long as somebody stays on the screen, as the screen is drawn anew while they look.
"""

from dataclasses import dataclass, field

import streamlit as st

from kpidash.ui import passing
from kpidash.ui.components import component
from kpidash.ui.elements import element, show

_secret = component("secret", js=("secret.js",), css=("secret.css",))


@dataclass(frozen=True, slots=True)
class Secret:
    """`text` is what to copy, `title` what it is, `words` what to do with it and how long it holds.

    `onward` is the name and the address of where to go on.
    """

    title: str
    text: str = field(repr=False)
    words: str
    onward: tuple[str, str] | None = None


def keep(found: Secret) -> None:
    """Show it from the next run on, in place of any before."""
    passing.keep(passing.SECRET, found)


def shown() -> None:
    """The secret with a button that copies it and one that puts it away; nothing where there is none."""
    found: Secret | None = passing.kept(passing.SECRET)
    if found is None:
        return
    with st.container(border=True, key="secret-box"):
        _secret(key="secret", data={"title": found.title, "text": found.text, "words": found.words})
        if found.onward is not None:
            name, address = found.onward
            show(element("p", element("a", name, href=address, klass="action")), key="secret-onward")
        st.button("I have it; put it away", key="secret-away", on_click=passing.drop, args=(passing.SECRET,))
