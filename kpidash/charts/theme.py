"""How each status looks, in one map: shape, word and colour; and the template that every figure has.

Nothing in a figure is written by the drawing library: ticks, labels and hover texts come from the caller in
the company's notation, so the template turns off what would be written otherwise.
"""

from dataclasses import dataclass
from typing import Any

from kpidash.charts.palette import PALETTES


@dataclass(frozen=True)
class Look:
    """A status as people see it: `tone` names its colour, `symbol` its shape in a figure."""

    word: str
    sign: str
    tone: str
    symbol: str


STATUS = {
    "on_target": Look("on target", "✔", "green", "circle"),
    "at_risk": Look("at risk", "▲", "orange", "triangle-up"),
    "off_target": Look("off target", "✖", "red", "x"),
    "stale": Look("stale", "◷", "gray", "circle-open"),
    "no_target": Look("no target", "–", "gray", "line-ew-open"),
    "no_data": Look("no data", "∅", "gray", "diamond-open"),
}
"""Every status, worst-known last; the shapes on screens stand in ui/static/shapes.js."""


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
    mode: Ground(palette.text, palette.muted, palette.line, palette.band, palette.data, palette.card)
    for mode, palette in PALETTES.items()
}

FONT = "Inter, 'Segoe UI', system-ui, sans-serif"
SMALL, PLAIN = 12, 13
"""Type sizes in pixels: --text-1 and --text-2 of the design system."""
LINE, THIN, MARK = 2.2, 1.2, 8
"""Widths of the line that counts, of those it is compared with, and of single points, in pixels."""


def colour(status: str, mode: str) -> str:
    """The colour of a status' mark in a theme."""
    return PALETTES[mode].tones[STATUS[status].tone].mark


def template(mode: str) -> dict[str, Any]:
    """What figures of a theme have in common: the ground, the type, no clutter; axes answer no drag."""
    ground = GROUNDS[mode]
    font = {"family": FONT, "color": ground.text, "size": PLAIN}
    axis: dict[str, Any] = {
        "fixedrange": True,
        "gridcolor": ground.line,
        "linecolor": ground.muted,
        "zeroline": False,
        "zerolinecolor": ground.muted,
        "tickfont": {"color": ground.muted, "size": SMALL},
        "ticklabelstandoff": 6,
        "tickangle": 0,
        "showspikes": False,
        "automargin": True,
    }
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [ground.text, ground.fill, ground.muted],
            "font": font,
            "hoverlabel": {"bgcolor": ground.card, "bordercolor": ground.line, "font": font, "align": "left"},
            "hovermode": "x unified",
            "dragmode": False,
            "showlegend": False,
            "separators": ".\u00a0",
            "annotationdefaults": {"showarrow": False, "font": {"color": ground.muted, "size": SMALL}},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "bargap": 0.32,
        },
        "data": {
            "bar": [{"marker": {"color": ground.fill, "cornerradius": 2}, "hoverinfo": "skip"}],
            "scatter": [{"line": {"color": ground.text, "width": LINE}, "hoverinfo": "skip"}],
        },
    }


def layout(mode: str, *, height: int) -> dict[str, Any]:
    """The layout that a figure starts with."""
    return {"template": template(mode), "height": height, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}}


def literal(text: str) -> str:
    """Text as a figure shows it literally: Plotly reads <b>, <i> and <a> in labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def load() -> None:
    """Import the drawing library, which takes a second, before somebody waits for it."""
    import plotly.graph_objects  # noqa: F401


CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False}
"""Options of the drawing: nothing that people did not ask for."""
