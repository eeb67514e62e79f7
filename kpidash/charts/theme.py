"""How each status looks, in one map: shape, word and colour; and the ground that charts stand on.

The colours keep apart for people with any of the three colour blindnesses and have AA contrast on both
grounds; a status is never told by colour alone.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Look:
    """A status as people see it. `light` and `dark` are CSS colours."""

    word: str
    sign: str
    tone: str
    light: str
    dark: str


STATUS = {
    "on_target": Look("on target", "✔", "green", "#12806a", "#2fb092"),
    "at_risk": Look("at risk", "▲", "orange", "#c27700", "#e09c2f"),
    "off_target": Look("off target", "✖", "red", "#c62828", "#ee675c"),
    "stale": Look("stale", "◷", "gray", "#7d8592", "#8d95a3"),
    "no_target": Look("no target", "–", "gray", "#7d8592", "#8d95a3"),
    "no_data": Look("no data", "∅", "gray", "#7d8592", "#8d95a3"),
}
"""Every status, worst-known last; `tone` is the colour's name in .streamlit/config.toml."""


@dataclass(frozen=True)
class Ground:
    """The neutral colours of one theme."""

    text: str
    muted: str
    line: str
    band: str
    fill: str
    card: str


GROUNDS = {
    "light": Ground("#1b1e24", "#5c626c", "#e0e0db", "rgba(43,58,85,0.08)", "#b3b9c3", "#ffffff"),
    "dark": Ground("#e9ebee", "#a3a9b3", "#30343c", "rgba(185,198,226,0.12)", "#565d69", "#1c1f25"),
}

FONT = "Inter, 'Segoe UI', system-ui, sans-serif"


def colour(status: str, mode: str) -> str:
    """The colour of a status' mark in a theme."""
    look = STATUS[status]
    return look.dark if mode == "dark" else look.light


def layout(mode: str, *, height: int) -> dict[str, Any]:
    """What every figure's layout has: the ground, the type, no clutter; axes answer no drag."""
    ground = GROUNDS[mode]
    axis: dict[str, Any] = {
        "fixedrange": True,
        "gridcolor": ground.line,
        "linecolor": ground.line,
        "zeroline": False,
        "tickfont": {"color": ground.muted, "size": 12},
        "automargin": True,
    }
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": ground.text, "size": 13},
        "hoverlabel": {
            "bgcolor": ground.card,
            "bordercolor": ground.line,
            "font": {"family": FONT, "color": ground.text, "size": 13},
        },
        "hovermode": "x unified",
        "dragmode": False,
        "showlegend": True,
        "legend": {
            "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": ground.muted},
            "itemclick": False, "itemdoubleclick": False,
        },
        "xaxis": {**axis, "showgrid": False},
        "yaxis": axis,
        "bargap": 0.35,
    }  # fmt: skip


def literal(text: str) -> str:
    """Text as a figure shows it literally: Plotly reads <b>, <i> and <a> in labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def load() -> None:
    """Import the drawing library, which takes a second, before somebody waits for it."""
    import plotly.graph_objects  # noqa: F401


CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False}
"""Options of the drawing: nothing that people did not ask for."""
