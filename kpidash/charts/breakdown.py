"""A KPI by the values of one dimension: ranked bars, the longest at the top."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from kpidash.charts import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_HEIGHT = 34


def breakdown(
    segments: pd.DataFrame,
    *,
    total: float,
    write: Callable[[float], str],
    share: Callable[[float], str],
    additive: bool,
    mode: str,
) -> "go.Figure":
    """`segments`: label, actual, share. For KPIs that do not add up a line marks the `total`."""
    import plotly.graph_objects as go  # here, because it costs a second that other screens save

    ground = theme.GROUNDS[mode]
    ranked = segments.sort_values("actual")
    texts = [
        theme.literal(write(actual)) + (f"  ·  {share(part)}" if additive and pd.notna(part) else "")
        for actual, part in zip(ranked["actual"], ranked["share"], strict=True)
    ]
    figure = go.Figure(layout=theme.layout(mode, height=60 + ROW_HEIGHT * len(ranked)))
    figure.add_bar(
        x=ranked["actual"], y=[theme.literal(label) or "not given" for label in ranked["label"]],
        orientation="h", text=texts,
        textposition="auto", insidetextanchor="start", cliponaxis=False,
        insidetextfont={"color": ground.text}, outsidetextfont={"color": ground.text},
        marker={"color": ground.fill, "cornerradius": 3}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    if not additive and pd.notna(total):
        figure.add_vline(x=total, line={"color": ground.text, "width": 1.4, "dash": "dash"},
                         annotation={"text": f"all: {theme.literal(write(total))}", "yanchor": "bottom",
                                     "y": 1, "font": {"color": ground.muted, "size": 12}})  # fmt: skip
    figure.update_layout(hovermode=False, margin={"l": 8, "r": 24, "t": 26, "b": 8})
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(showgrid=False, tickfont={"color": ground.text})
    return figure
