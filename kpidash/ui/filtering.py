"""What a list is filtered by: a search, choices and days, each of which stands in the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, Literal, TypeVar

import streamlit as st

from kpidash.ui.elements import element, show
from kpidash.ui.viewer import Viewer

Asked = TypeVar("Asked")
"""A frozen dataclass of what is asked for: `text` is what is searched for, `since` and `until` are days."""
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
_KEPT = ("window", "as_of")
"""What the address says beside the list."""


@dataclass(frozen=True)
class Filtering(Generic[Asked]):
    """The filters of one list: `name` tells their keys from those of other lists."""

    name: str
    viewer: Viewer
    asked: Asked
    parameters: Callable[[Asked], dict[str, str]]
    address: Callable[[Viewer, Asked], str]

    def find(self, label: str, placeholder: str, *, width: int | Literal["stretch"] = "stretch") -> None:
        """A search; `width` is in pixels."""
        st.text_input(
            label, key=self._at("text"), placeholder=placeholder, max_chars=100, label_visibility="collapsed",
            on_change=self._take, args=("text",), width=width,
        )  # fmt: skip

    def choose(self, label: str, field: str, values: Sequence[str], name: Callable[[str], str]) -> None:
        """One of these values, or any."""
        chosen = getattr(self.asked, field)
        st.selectbox(
            label, values, key=self._at(field, chosen if chosen in values else None), index=None,
            format_func=name, placeholder="Any", on_change=self._take, args=(field,),
        )  # fmt: skip

    def days(self) -> None:
        """The first and the last day."""
        for label, field in (("From", "since"), ("To", "until")):
            st.date_input(
                label, key=self._at(field), min_value=FIRST, max_value=LAST, on_change=self._take,
                args=(field,),
            )  # fmt: skip

    def chips(self, found: Mapping[str, str | None], nothing: Asked) -> None:
        """What is chosen, in words by field, each with a way to choose it no more."""
        drawn = [
            element(
                "a",
                text,
                element("b", "×", aria_hidden="true"),
                href=self.address(self.viewer, but(self.asked, field, None)),
                klass="chip",
                aria_label=f"Remove the filter: {text}",
            )
            for field, text in found.items()
            if text
        ]
        if drawn:
            every = element("a", "Show all", href=self.address(self.viewer, nothing), klass="action")
            show(element("div", *drawn, every, klass="chips"), key=f"{self.name}-chips")

    def in_days(self) -> dict[str, str | None]:
        """The days in words."""
        words = {"since": "from", "until": "to"}
        days = {field: getattr(self.asked, field) for field in words}
        return {
            field: f"{words[field]} {self.viewer.formats.day(day)}" if day else None
            for field, day in days.items()
        }

    def _at(self, field: str, *chosen: Any) -> str:
        """The key of a field; the address says what is chosen, also after the browser's back button."""
        key = f"{self.name}-{field}"
        st.session_state[key] = chosen[0] if chosen else getattr(self.asked, field)
        return key

    def _take(self, field: str) -> None:
        """Write what was chosen to the address; the list begins anew."""
        chosen = self.parameters(but(self.asked, field, st.session_state.get(f"{self.name}-{field}")))
        to_address(chosen)


def but(asked: Asked, field: str, value: Any) -> Asked:
    """The same with one field other; nothing and an empty text leave nothing out."""
    changed: dict[str, Any] = {field: value or ("" if field == "text" else None)}
    return replace(asked, **changed)  # type: ignore[type-var]


def to_address(parameters: Mapping[str, str]) -> None:
    """Let the address say this of the page, and the same window and day as before."""
    kept = {name: st.query_params[name] for name in _KEPT if name in st.query_params}
    st.query_params.from_dict({**kept, **parameters})


def day_of(text: str | None) -> date | None:
    """The day that a text of an address names; None where it names none that can be asked for."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
