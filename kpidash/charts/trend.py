"""Actual against target over time: bars or a line, stepped targets, a band for ranges, last year dotted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kpidash.charts import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

FEW = 40
"""Up to so many points an additive KPI is drawn as bars and single points get their mark."""


def trend(
    points: pd.DataFrame,
    *,
    additive: bool,
    write: Callable[[float], str],
    name: Callable[[pd.Timestamp], str],
    mode: str,
    height: int = 340,
) -> "go.Figure":
    """`points`: start, actual, target, low, high, previous_year, status (may be None), in order of time.

    `write` and `name` give values and ticks in the company's locale. Bars for additive KPIs of few periods.
    """
    import plotly.graph_objects as go  # here, because it costs a second that other screens save

    ground = theme.GROUNDS[mode]
    figure = go.Figure(layout=theme.layout(mode, height=height))
    across = points["start"]
    if points["low"].notna().any():
        _band(figure, points, ground.band, write)
    if points["previous_year"].notna().any():
        figure.add_scatter(
            x=across, y=points["previous_year"], name="Last year", mode="lines",
            line={"color": ground.muted, "width": 1.2, "dash": "dot"},
            customdata=[[theme.literal(write(value))] for value in points["previous_year"]],
            hovertemplate="%{customdata[0]}",
        )  # fmt: skip
    bars = additive and len(points) <= FEW
    _actual(figure, points, bars=bars, mode=mode, write=write)
    if points["target"].notna().any():
        figure.add_scatter(
            x=across, y=points["target"], name="Target", mode="lines",
            line={"color": ground.text, "width": 1.2, "shape": "hvh"},
            customdata=[[theme.literal(write(value))] for value in points["target"]],
            hovertemplate="%{customdata[0]}",
        )  # fmt: skip
    drawn = points[["actual", "target", "low", "high", "previous_year"]]
    add_ticks(figure, across, drawn, write, name, from_zero=bars)
    return figure


def cumulative(
    points: pd.DataFrame,
    *,
    write: Callable[[float], str],
    name: Callable[[pd.Timestamp], str],
    mode: str,
    height: int = 300,
) -> "go.Figure":
    """The running total of an additive KPI against that of its target, over one window.

    `points`: start, cumulative_actual, cumulative_target.
    """
    import plotly.graph_objects as go  # here, because it costs a second that other screens save

    ground = theme.GROUNDS[mode]
    figure = go.Figure(layout=theme.layout(mode, height=height))
    figure.add_scatter(
        x=points["start"], y=points["cumulative_target"], name="Target so far", mode="lines",
        line={"color": ground.text, "width": 1.2},
        customdata=[[theme.literal(write(value))] for value in points["cumulative_target"]],
        hovertemplate="%{customdata[0]}",
    )  # fmt: skip
    figure.add_scatter(
        x=points["start"], y=points["cumulative_actual"], name="Actual so far",
        mode="lines+markers" if len(points) <= FEW else "lines",
        line={"color": ground.text, "width": 2.2}, marker={"size": 6, "color": ground.text},
        customdata=[[theme.literal(write(value))] for value in points["cumulative_actual"]],
        hovertemplate="%{customdata[0]}",
    )  # fmt: skip
    add_ticks(figure, points["start"], points[["cumulative_actual", "cumulative_target"]], write, name)
    return figure


def _actual(
    figure: "go.Figure", points: pd.DataFrame, *, bars: bool, mode: str, write: Callable[[float], str]
) -> None:
    """The reported values, each in the colour of its status."""
    ground = theme.GROUNDS[mode]
    plain = ground.fill if bars else ground.text
    judged = [status if status in theme.STATUS else None for status in points["status"]]
    colours = [theme.colour(status, mode) if status else plain for status in judged]
    words = [", ".join([write(value), *([theme.STATUS[status].word] if status else [])])
             for value, status in zip(points["actual"], judged, strict=True)]  # fmt: skip
    given = {
        "x": points["start"], "y": points["actual"], "name": "Actual",
        "customdata": [[theme.literal(text)] for text in words],
        "hovertemplate": "%{customdata[0]}",
    }  # fmt: skip
    if bars:
        figure.add_bar(**given, marker={"color": colours, "cornerradius": 3})
        return
    few, symbols = len(points) <= FEW, [_SYMBOLS.get(status or "", "circle") for status in judged]
    figure.add_scatter(
        **given,
        mode="lines+markers" if few else "lines",
        line={"color": ground.text, "width": 2.2 if few else 1.8},
        marker={
            "size": 8,
            "color": colours,
            "symbol": symbols,
        },
    )


_SYMBOLS = {
    "on_target": "circle", "at_risk": "triangle-up", "off_target": "x", "stale": "circle-open",
    "no_target": "diamond-open", "no_data": "circle-open",
}  # fmt: skip


def _band(figure: "go.Figure", points: pd.DataFrame, colour: str, write: Callable[[float], str]) -> None:
    for column, name, fill in (("low", "Target from", None), ("high", "Target to", "tonexty")):
        figure.add_scatter(
            x=points["start"], y=points[column], name=name, mode="lines", fill=fill, fillcolor=colour,
            line={"width": 0, "shape": "hvh"}, showlegend=False,
            customdata=[[theme.literal(write(value))] for value in points[column]],
            hovertemplate="%{customdata[0]}",
        )  # fmt: skip


def add_ticks(
    figure: "go.Figure",
    starts: pd.Series,
    drawn: pd.DataFrame,
    write: Callable[[float], str],
    name: Callable[[pd.Timestamp], str],
    *,
    from_zero: bool = True,
) -> None:
    """Ticks in words: about six periods across, round values upwards."""
    chosen = starts.iloc[:: -max(1, -(-len(starts) // 6))].iloc[::-1]
    figure.update_xaxes(tickvals=chosen, ticktext=[name(start) for start in chosen], tickangle=0)
    values = drawn.to_numpy(float)
    if np.isnan(values).all():
        return
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if from_zero or 0 <= low < 0.6 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    ticks = round_ticks(low, high)
    figure.update_yaxes(
        tickvals=ticks, ticktext=[theme.literal(write(tick)) for tick in ticks], range=[ticks[0], ticks[-1]]
    )


def round_ticks(low: float, high: float) -> list[float]:
    """Four to seven round values that enclose low and high."""
    spread = (high - low) or abs(high) or 1.0
    size = 10.0 ** np.floor(np.log10(spread / 4))
    step = next(size * part for part in (1, 2, 2.5, 5, 10) if spread / (size * part) <= 5.5)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return [float(round(number * step, 10)) for number in np.arange(first, max(last, first + 1) + 1)]
