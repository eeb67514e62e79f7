"""Scales and labels of figures: round ticks, honest zeros, and labels at line ends that never clash."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.charts import theme
from kpidash.charts.drawing import Drawing

ACROSS = 4
"""Ticks along the time axis; more would clash on a phone."""
TOP, BOTTOM = 30, 44
"""Pixels above and below the drawing: for the note on a cut axis, for ticks of two lines."""
LETTER = 6.9
"""Mean width of a letter of the small size in pixels."""
LINE_HEIGHT = 16


@dataclass(frozen=True)
class Notation:
    """How a figure's texts are written: a value, a period in full, and the ticks of chosen periods."""

    write: Callable[[float], str]
    name: Callable[[pd.Timestamp], str]
    ticks: Callable[[Sequence[pd.Timestamp]], Sequence[str]]


@dataclass(frozen=True)
class Ending:
    """The label at the end of a line: where it ends, what the line is, and its value in words."""

    at: float
    name: str
    value: str
    strong: bool = False


def scale(
    figure: Drawing,
    starts: pd.Series,
    drawn: pd.DataFrame,
    notation: Notation,
    *,
    from_zero: bool,
    also: Sequence[float] = (),
) -> None:
    """Set both axes, so that all that is drawn and the values `also` are on them.

    One that does not start at zero says so; bars (`from_zero`) always do.
    """
    across = chosen(starts)
    half = step(starts) / 2
    figure.update_xaxes(
        tickvals=across, ticktext=list(notation.ticks(across)),
        range=[starts.iloc[0] - half, starts.iloc[-1] + half],
        unifiedhovertitle={"text": "%{customdata[1]}"},
    )  # fmt: skip
    values = np.append(drawn.to_numpy(float), np.array(also, float))
    if np.isnan(values).all():
        return
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    cut = not (from_zero or low <= 0 <= high or 0 < low < 0.6 * high or 0.6 * low < high < 0)
    if not cut:
        low, high = min(low, 0.0), max(high, 0.0)
    ticks = round_ticks(low, high, air=cut)
    figure.update_yaxes(
        tickvals=ticks, ticktext=[theme.literal(notation.write(tick)) for tick in ticks],
        range=[ticks[0], ticks[-1]],
    )  # fmt: skip
    if not cut:
        figure.add_hline(y=0, line={"color": theme.GROUNDS[_mode(figure)].muted, "width": 1})
    if cut:
        first = ticks[0] if ticks[0] > 0 else ticks[-1]
        figure.add_annotation(
            text=f"axis from {theme.literal(notation.write(first))}, not from 0", x=0, xref="paper",
            xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=8, name="cut",
        )  # fmt: skip


def end_labels(figure: Drawing, endings: Sequence[Ending], *, mode: str, height: int) -> None:
    """Name each line at its end, moved apart where they would touch, and make room for it on the right."""
    ground = theme.GROUNDS[mode]
    low, high = figure.layout["yaxis"].get("range", (0.0, 1.0))
    room = height - TOP - BOTTOM
    ordered = sorted(endings, key=lambda one: one.at)
    wanted = [(one.at - low) / ((high - low) or 1) * room for one in ordered]
    placed = spread(wanted, 2 * LINE_HEIGHT + 4, (LINE_HEIGHT, room - LINE_HEIGHT))
    for one, place in zip(ordered, placed, strict=True):
        weight = f"<b>{theme.literal(one.value)}</b>" if one.strong else theme.literal(one.value)
        colour = ground.text if one.strong else ground.muted
        figure.add_annotation(
            text=f"{theme.literal(one.name)}<br><span style='color:{ground.text}'>{weight}</span>",
            x=1, xref="paper", xanchor="left", xshift=8, y=place / room, yref="paper", yanchor="middle",
            align="left", font={"color": colour, "size": theme.SMALL}, name="end",
        )  # fmt: skip
    longest = max((len(text) for one in endings for text in (one.name, one.value)), default=0)
    figure.update_layout(margin={"t": TOP, "b": BOTTOM, "r": round(14 + longest * LETTER)})


def spread(wanted: Sequence[float], apart: float, bounds: tuple[float, float]) -> list[float]:
    """Places as near as possible to those wanted (ascending), at least `apart` from each other.

    They stay within the bounds where there is room for all of them.
    """
    low, high = bounds
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, low, placed[-1] + apart if placed else low))
    limit = high
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - apart
    return placed


def chosen(starts: pd.Series) -> list[pd.Timestamp]:
    """The periods that get a tick: evenly spaced, the last among them."""
    every = max(1, -(-len(starts) // ACROSS))
    return list(starts.iloc[::-every].iloc[::-1])


def step(starts: pd.Series) -> pd.Timedelta:
    """The usual length of a period; a month where there is only one."""
    usual = starts.diff().median()
    return pd.Timedelta(days=30) if pd.isna(usual) else pd.Timedelta(usual)


def last(values: pd.Series) -> float | None:
    """The last value that is known."""
    known = values.dropna()
    return None if known.empty else float(known.iloc[-1])


def round_ticks(low: float, high: float, *, air: bool = False) -> list[float]:
    """Four to seven round values that enclose low and high; with `air` none of them lies on the edge."""
    spread_ = (high - low) or abs(high) or 1.0
    size = 10.0 ** np.floor(np.log10(spread_ / 4))
    width = next(size * part for part in (1, 2, 2.5, 5, 10) if spread_ / (size * part) <= 5.5)
    room = 0.15 if air else 0.0
    first = np.floor(low / width + 1e-9 - room)
    final = np.ceil(high / width - 1e-9 + room)
    return [float(round(number * width, 10)) for number in np.arange(first, max(final, first + 1) + 1)]


def _mode(figure: Drawing) -> str:
    dark = theme.GROUNDS["dark"].text
    return "dark" if figure.layout["template"]["layout"]["font"]["color"] == dark else "light"
