"""What a column of texts and figures consists of, made once and drawn in every run."""

from dataclasses import dataclass

import streamlit as st

from kpidash.charts import theme
from kpidash.charts.drawing import Drawing, ready
from kpidash.ui.components import component, packed
from kpidash.ui.elements import Part, Tree, pack, show

_clicks = component("clicks", js=("clicks.js",))


@dataclass(frozen=True)
class Words:
    """Trees at their place of the page."""

    key: str
    part: Part

    def draw(self) -> None:
        """Show them."""
        show(self.part, key=self.key)


@dataclass(frozen=True)
class Chart:
    """A figure as wide as its place, with what it shows in words for those who do not see it.

    `clicks` says where a click on a period leads, as static/clicks.js reads it; None where nowhere.
    """

    key: str
    figure: Drawing
    alt: str
    clicks: bytes | None = None

    def draw(self) -> None:
        """Show it."""
        st.plotly_chart(ready(self.figure), theme=None, config=theme.CONFIG, alt=self.alt, key=self.key)
        if self.clicks is not None:
            # Plotly tells of clicks anywhere above a period, on lines and by touch too; Streamlit's selection
            # would tell of marks alone, and would take scrolling by touch and the common tooltip away.
            _clicks(key=f"{self.key}-clicks", data=self.clicks)


Stroke = Words | Chart


def words(key: str, *trees: Tree | None) -> Words:
    """Trees at their place."""
    return Words(key, pack(*trees))


def clicks(key: str, addresses: dict[str, str]) -> bytes:
    """Where a click on each period (by its first day) of the figure `key` leads."""
    return packed({"figure": key, "ways": addresses})
