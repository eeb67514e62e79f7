"""The fields of a form. What they hold goes to the reader of catalogue files, which alone judges it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import streamlit as st

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Kind
from kpidash.ui.catalogue_editor import words
from kpidash.ui.filtering import FIRST, LAST
from kpidash.ui.viewer import Viewer


@dataclass(frozen=True)
class Form:
    """One form: its definition's kind, what its fields hold when it opens, and the prefix of its keys."""

    viewer: Viewer
    catalogue: Catalogue
    kind: Kind
    values: Mapping[str, Any]
    prefix: str

    def _said(self, field: str) -> tuple[str, str]:
        return words.label(self.kind, field), f"{self.prefix}-{field}"

    def text(self, field: str, *, help: str | None = None, placeholder: str | None = None) -> str:  # noqa: A002
        """A line of text."""
        label, key = self._said(field)
        return st.text_input(label, self.values.get(field) or "", key=key, help=help, placeholder=placeholder)

    def area(self, field: str, *, help: str | None = None) -> str:  # noqa: A002
        """Some sentences."""
        label, key = self._said(field)
        return st.text_area(label, self.values.get(field) or "", key=key, help=help, height=84)

    def number(self, field: str, *, help: str | None = None, step: float = 0.5) -> float | None:  # noqa: A002
        """A number as it is."""
        label, key = self._said(field)
        return st.number_input(
            label, value=_float(self.values.get(field)), key=key, help=help, step=step, format="%g"
        )

    def whole(self, field: str, *, help: str | None = None) -> int | None:  # noqa: A002
        """A whole number."""
        label, key = self._said(field)
        return st.number_input(label, value=self.values.get(field), key=key, help=help, step=1)

    def share(self, field: str, *, help: str | None = None) -> float | None:  # noqa: A002
        """A share, entered in percent."""
        label, key = self._said(field)
        now = self.values.get(field)
        shown = None if now is None else round(now * 100, 10)
        said = st.number_input(
            f"{label} (% of the target)", value=shown, key=key, help=help, step=1.0, format="%g"
        )
        return round(said / 100, 12) if isinstance(said, int | float) else said

    def day(self, field: str, *, help: str | None = None) -> date | None:  # noqa: A002
        """A day or none."""
        label, key = self._said(field)
        now = self.values.get(field)
        first, last = min(FIRST, now or FIRST), max(LAST, now or LAST)
        return st.date_input(label, now, key=key, help=help, min_value=first, max_value=last)

    def choice(self, field: str, kinds: type[StrEnum], *, help: str | None = None) -> Any:  # noqa: A002
        """One of the words of an enumeration, or nothing yet."""
        meanings = {one.value: meaning for one, meaning in words.CHOICES[kinds].items()}
        now = self.values.get(field)
        return self._select(field, meanings, None if now is None else str(now), help=help)

    def one_of(
        self,
        field: str,
        names: Mapping[str, str],
        *,
        none: str | None = None,
        help: str | None = None,  # noqa: A002
    ) -> Any:
        """One of what there is by code; `none` is what it is called to choose nothing."""
        offered = ({"": none} if none else {}) | _distinct(names)
        now = self.values.get(field)
        return self._select(field, offered, (now or "") if none else now, help=help)

    def _select(self, field: str, meanings: Mapping[str, str], now: str | None, *, help: str | None) -> Any:  # noqa: A002
        label, key = self._said(field)
        offered = list(meanings)
        at = offered.index(now) if now is not None and now in meanings else None
        return st.selectbox(
            label, offered, index=at, key=key, help=help,
            format_func=lambda code: meanings.get(code, str(code)), placeholder="Choose one",
        )  # fmt: skip

    def person(self, field: str, people: Sequence[str], *, help: str | None = None) -> Any:  # noqa: A002
        """One of the people there are, or the address of another."""
        label, key = self._said(field)
        now = self.values.get(field)
        offered = list(dict.fromkeys([*people, *([now] if now else [])]))
        return st.selectbox(
            label, offered, index=offered.index(now) if now else None, key=key, help=help,
            format_func=lambda email: _person(self.viewer, str(email)), accept_new_options=True,
            placeholder="Nobody yet; choose, or write an address",
        )  # fmt: skip

    def names(self, field: str, known: Iterable[str], *, help: str | None = None) -> list[str]:  # noqa: A002
        """Some words, known or new."""
        label, key = self._said(field)
        now = list(self.values.get(field) or ())
        return st.multiselect(
            label, list(dict.fromkeys([*now, *known])), now, key=key, help=help, accept_new_options=True,
            placeholder="None; choose, or write a new one",
        )  # fmt: skip


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The names, with the code behind those that are given twice."""
    given = list(names.values())
    twice = {name for name in given if given.count(name) > 1} if len(set(given)) < len(given) else set()
    return {code: f"{name} ({code})" if name in twice else name for code, name in names.items()}


def _person(viewer: Viewer, email: str) -> str:
    name = viewer.name(email)
    return f"{name} · {email}" if "@" in email else email


def people_of(viewer: Viewer, catalogue: Catalogue) -> list[str]:
    """The addresses of everybody who has a role or is named in the definitions."""
    named = [one.head for one in catalogue.departments]
    named += [one.owner for one in catalogue.kras]
    named += [one.owner for one in catalogue.kpis]
    return sorted({*(person.email for person in viewer.people), *(one for one in named if one)})
