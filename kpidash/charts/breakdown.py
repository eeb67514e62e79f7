"""A KPI by the values of one dimension: ranked bars from zero, the longest on top, each with its value."""

from collections.abc import Callable

import pandas as pd

from kpidash.charts import theme
from kpidash.charts.drawing import Drawing
from kpidash.charts.scale import LETTER

ROW_HEIGHT = 32
LONGEST = 26
"""Letters of a name; the table behind the figure has all of them."""


def breakdown(
    segments: pd.DataFrame,
    *,
    total: float,
    write: Callable[[float], str],
    share: Callable[[float], str],
    additive: bool,
    mode: str,
) -> Drawing:
    """`segments`: label, actual, share. For KPIs that do not add up a line marks the `total`.

    Values stand in a column beside the bars, where no line crosses them.
    """
    ground = theme.GROUNDS[mode]
    ranked = segments.sort_values("actual").reset_index(drop=True)
    values = [write(actual) for actual in ranked["actual"]]
    shares = [share(part) if additive and pd.notna(part) else "" for part in ranked["share"]]
    texts = [
        theme.literal(value) + (f"  <span style='color:{ground.muted}'>{part}</span>" if part else "")
        for value, part in zip(values, shares, strict=True)
    ]
    longest = max(len(value) + len(part) for value, part in zip(values, shares, strict=True))
    marked = not additive and pd.notna(total)
    figure = Drawing(theme.layout(mode, height=(40 if marked else 14) + ROW_HEIGHT * len(ranked)))
    figure.add_bar(x=ranked["actual"], y=ranked.index, orientation="h", width=0.62, cliponaxis=False)
    for place, text in enumerate(texts):
        figure.add_annotation(
            text=text, x=1, xref="paper", xanchor="left", xshift=10, y=place, align="left",
            font={"color": ground.text, "size": theme.PLAIN},
        )  # fmt: skip
    if marked:
        figure.add_vline(x=total, line={"color": ground.text, "width": 1.4, "dash": "dash"},
                         annotation={"text": f"all {theme.literal(write(total))}", "yanchor": "bottom",
                                     "xanchor": "center", "y": 1})  # fmt: skip
    room = round(24 + longest * LETTER * theme.PLAIN / theme.SMALL)
    low, high = min(ranked["actual"].min(), 0.0), max(ranked["actual"].max(), 0.0)
    figure.update_layout(hovermode=False, margin={"l": 8, "r": room, "t": 26 if marked else 4, "b": 4})
    figure.update_xaxes(visible=False, range=[low, high if high > low else 1])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": ground.text, "size": theme.PLAIN}, tickvals=ranked.index,
        ticktext=[theme.literal(_short(label)) for label in ranked["label"]],
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": ground.muted, "width": 1})
    return figure


def _short(label: str) -> str:
    if not label:
        return "not given"
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"
