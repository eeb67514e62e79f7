"""A KPI before and after an upload: a thin line as it is, a strong one as it would be, the changes marked."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kpidash.charts import theme
from kpidash.charts.drawing import Drawing
from kpidash.charts.scale import Ending, Notation, end_labels, last, scale


def before_after(
    points: pd.DataFrame,
    *,
    write: Callable[[float], str],
    name: Callable[[pd.Timestamp], str],
    mode: str,
    height: int = 260,
) -> Drawing:
    """`points`: start, before, after, target_before, target_after, low, high, touched, in order of time.

    `write` and `name` give values and ticks in the company's locale.
    """
    ground = theme.GROUNDS[mode]
    figure = Drawing(theme.layout(mode, height=height))
    moved = points["touched"] & ~(points["before"] == points["after"])
    old_goal = points["target_before"].where(points["target_before"] != points["target_after"])
    lines: list[tuple[str, pd.Series, dict[str, Any]]] = [
        ("Target before", old_goal, {"color": ground.muted, "width": 1.2, "shape": "hvh", "dash": "dot"}),
        ("Target", points["target_after"], {"color": ground.text, "width": 1.2, "shape": "hvh"}),
        ("Before", points["before"], {"color": ground.muted, "width": 1.6}),
        ("After", points["after"], {"color": ground.text, "width": 2.2}),
    ]
    names = [theme.literal(name(start)) for start in points["start"]]
    for label, values, line in lines:
        if values.notna().any():
            texts = [theme.literal(write(value)) for value in values]
            _line(figure, points["start"], values, label, line, list(zip(texts, names, strict=True)))
    marked = points["after"].where(moved)
    if marked.notna().any():
        figure.add_scatter(
            x=points["start"], y=marked, name="Changed", mode="markers",
            marker={"size": 8, "color": ground.text, "line": {"color": ground.card, "width": 2}},
            hoverinfo="skip",
        )  # fmt: skip
    drawn = points[["before", "after", "target_before", "target_after", "low", "high"]]
    notation = Notation(write, name, lambda starts: [name(start) for start in starts])
    scale(figure, points["start"], drawn, notation, from_zero=False)
    ends = [(label, last(values)) for label, values, _ in lines]
    endings = [Ending(at, label, write(at), label == "After") for label, at in ends if at is not None]
    end_labels(figure, endings, mode=mode, height=height)
    return figure


def _line(
    figure: Drawing,
    across: pd.Series,
    values: pd.Series,
    label: str,
    line: dict[str, Any],
    said: list[tuple[str, str]],
) -> None:
    lonely = values.notna().sum() == 1
    figure.add_scatter(
        x=across, y=values, name=label, mode="markers" if lonely else "lines", line=line,
        marker={"size": 7, "color": line["color"]},
        customdata=said, hovertemplate="%{customdata[0]}",
    )  # fmt: skip
