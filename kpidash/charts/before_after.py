"""A KPI before and after an upload: a thin line as it is, a strong one as it would be, the changes marked."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpidash.charts import theme
from kpidash.charts.trend import FEW, add_ticks

if TYPE_CHECKING:
    import plotly.graph_objects as go


def before_after(
    points: pd.DataFrame,
    *,
    write: Callable[[float], str],
    name: Callable[[pd.Timestamp], str],
    mode: str,
    height: int = 260,
) -> "go.Figure":
    """`points`: start, before, after, target_before, target_after, low, high, touched, in order of time.

    `write` and `name` give values and ticks in the company's locale.
    """
    import plotly.graph_objects as go  # here, because it costs a second that other screens save

    ground = theme.GROUNDS[mode]
    figure = go.Figure(layout=theme.layout(mode, height=height))
    moved = points["touched"] & ~(points["before"] == points["after"])
    old_goal = points["target_before"].where(points["target_before"] != points["target_after"])
    lines: list[tuple[str, pd.Series, dict[str, Any]]] = [
        ("Target before", old_goal, {"color": ground.muted, "width": 1.2, "shape": "hvh", "dash": "dot"}),
        ("Target", points["target_after"], {"color": ground.text, "width": 1.2, "shape": "hvh"}),
        ("Before", points["before"], {"color": ground.muted, "width": 1.6}),
        ("After", points["after"], {"color": ground.text, "width": 2.2}),
    ]
    for label, values, line in lines:
        if values.notna().any():
            _line(figure, points["start"], values, label, line, write)
    marked = points["after"].where(moved)
    if marked.notna().any():
        figure.add_scatter(
            x=points["start"], y=marked, name="Changed", mode="markers", showlegend=len(points) <= FEW,
            marker={"size": 8, "color": ground.text, "line": {"color": ground.card, "width": 2}},
            hoverinfo="skip",
        )  # fmt: skip
    drawn = points[["before", "after", "target_before", "target_after", "low", "high"]]
    add_ticks(figure, points["start"], drawn, write, name, from_zero=False)
    return figure


def _line(
    figure: "go.Figure",
    across: pd.Series,
    values: pd.Series,
    label: str,
    line: dict[str, Any],
    write: Callable[[float], str],
) -> None:
    lonely = values.notna().sum() == 1
    figure.add_scatter(
        x=across, y=values, name=label, mode="markers" if lonely else "lines", line=line,
        marker={"size": 7, "color": line["color"]},
        customdata=[[theme.literal(write(value))] for value in values],
        hovertemplate="%{customdata[0]}",
    )  # fmt: skip
