"""Actual against target over time: bars or a line, stepped targets, a band for ranges, last year dotted."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from kpidash.charts import theme
from kpidash.charts.drawing import Drawing
from kpidash.charts.palette import PALETTES, mix
from kpidash.charts.scale import Ending, Notation, end_labels, last, scale, step

FAINT = 0.09
"""How much of the colour of risk stands on the ground between the thresholds."""
FEW = 40
"""Up to so many points an additive KPI is drawn as bars and single points get their mark."""


def trend(
    points: pd.DataFrame,
    *,
    additive: bool,
    notation: Notation,
    mode: str,
    marks: Sequence[tuple[str, float]] = (),
    beside: str = "Last year",
    height: int = 340,
) -> Drawing:
    """`points`: start, actual, target, low, high, previous_year, status (may be None), in order of time.

    `marks` are names and values of outside references; `beside` is what the column previous_year holds.
    Optional: risk_from and risk_to, between which a value is at risk; running (the period has not ended) with
    target_to_date (what is due of it by now); moved (what is said of a target that was another one before);
    noted (what was said of an actual); smooth and smooth_previous with smooth_name, the course that stands
    out from noisy points. Bars for additive KPIs of few periods. Each line is named at its end.
    """
    figure = _figure(mode, height)
    ground = theme.GROUNDS[mode]
    drawer = _Drawer(figure, points, notation, ground)
    noisy = "smooth" in points and points["smooth"].notna().any()
    bars = additive and len(points) <= FEW and not noisy
    if points["low"].notna().any():
        drawer.band()
    if "risk_from" in points:
        drawer.thresholds(mix(PALETTES[mode].tones["orange"].mark, PALETTES[mode].ground, FAINT))
    before = "smooth_previous" if noisy else "previous_year"
    drawer.line(before, beside, {"color": ground.muted, "width": theme.THIN, "dash": "dot"})
    if bars:
        _bars(drawer, mode)
    elif noisy:
        _dots(drawer, mode)
        drawer.line("smooth", str(points["smooth_name"].iloc[0]), {"width": theme.LINE}, strong=True)
    else:
        _marked_line(drawer, mode)
    drawer.steps()
    drawer.words("moved", points["target"].fillna(points["high"]), "Target moved", "diamond")
    drawer.words("noted", points["actual"], "Note", "circle")
    for name, value in marks:
        drawer.mark(name, value)
    drawn = [one for one in ("actual", "target", "low", "high", before, "target_to_date") if one in points]
    scale(figure, points["start"], points[drawn], notation, from_zero=bars, also=[one for _, one in marks])
    end_labels(figure, drawer.endings, mode=mode, height=height)
    return figure


def cumulative(
    points: pd.DataFrame,
    *,
    notation: Notation,
    mode: str,
    ahead: pd.DataFrame | None = None,
    height: int = 300,
) -> Drawing:
    """The running total of an additive KPI against that of its target, over one window.

    `points`: start, cumulative_actual, cumulative_target. `ahead`, where the window runs on: start, planned
    and at_pace, from the last point to the end.
    """
    figure = _figure(mode, height)
    ground = theme.GROUNDS[mode]
    drawer = _Drawer(figure, points, notation, ground)
    drawer.line("cumulative_target", "Due so far", {"color": ground.muted, "width": theme.THIN})
    drawer.line("cumulative_actual", "Actual so far", {"width": theme.LINE}, strong=True, fill=ground.band)
    known = points[["cumulative_actual", "cumulative_target"]]
    starts = points["start"]
    if ahead is not None:
        so_far = drawer.endings[-1]
        further = _Drawer(figure, ahead, notation, ground)
        further.line("planned", "Full target", {"color": ground.muted, "width": theme.THIN, "dash": "dot"})
        further.line("at_pace", "At this pace", {"width": theme.LINE, "dash": "dot"}, strong=True)
        _so_far(drawer, so_far)
        drawer.endings = further.endings
        known = pd.concat([known, ahead[["planned", "at_pace"]]])
        starts = pd.Series(pd.date_range(starts.iloc[0], ahead["start"].iloc[-1], periods=len(starts)))
    scale(figure, starts, known, notation, from_zero=True)
    end_labels(figure, drawer.endings, mode=mode, height=height)
    return figure


def _so_far(drawer: "_Drawer", ending: Ending) -> None:
    """The last total that is known, written where it stands."""
    points = drawer.points
    at = points["start"][points["cumulative_actual"].notna()].iloc[-1]
    drawer.figure.add_scatter(
        x=[at], y=[ending.at], mode="markers", marker={"size": 7, "color": drawer.ground.text},
        hoverinfo="skip",
    )  # fmt: skip
    drawer.figure.add_annotation(
        x=at, y=ending.at, text=f"<b>{theme.literal(ending.value)}</b><br>so far", showarrow=False,
        align="right", xanchor="right", yanchor="bottom", xshift=-6, yshift=2,
    )  # fmt: skip


def _figure(mode: str, height: int) -> Drawing:
    return Drawing(theme.layout(mode, height=height))


class _Drawer:
    """Adds lines to a figure, with texts in the company's notation, and remembers how they end."""

    def __init__(
        self, figure: Drawing, points: pd.DataFrame, notation: Notation, ground: theme.Ground
    ) -> None:
        self.figure, self.points, self.notation, self.ground = figure, points, notation, ground
        self.endings: list[Ending] = []

    def said(self, values: pd.Series, more: Callable[[int], str] = lambda _: "") -> list[list[str]]:
        """What hovering shows of each point: the value with `more` behind it, and the period's name."""
        names = [theme.literal(self.notation.name(start)) for start in self.points["start"]]
        return [[theme.literal(self.notation.write(value)) + more(at), names[at]]
                for at, value in enumerate(values)]  # fmt: skip

    def line(
        self, column: str, name: str, style: dict[str, Any], *, strong: bool = False, fill: str | None = None
    ) -> None:
        """A line of a column, named at its end; nothing where the column has no values."""
        values = self.points[column]
        if not values.notna().any():
            return
        self.figure.add_scatter(
            x=self.points["start"], y=values, name=name, mode="lines", line=style,
            fill="tozeroy" if fill else None, fillcolor=fill,
            customdata=self.said(values), hovertemplate="%{customdata[0]}",
        )  # fmt: skip
        self.end(values, name, strong=strong)

    def end(self, values: pd.Series, name: str, *, strong: bool = False) -> None:
        """Remember what to write at the end of a line."""
        ends_at = last(values)
        if ends_at is not None:
            self.endings.append(Ending(ends_at, name, self.notation.write(ends_at), strong))

    def steps(self) -> None:
        """The target, as wide as its periods, and what is due by now of the one that runs."""
        points, colour = self.points, self.ground.text
        held = points["target"].notna()
        name = "Target" if held.iloc[-1] else "Last target"
        self.line("target", name, {"color": colour, "width": 1.4, "shape": "hvh"})
        alone = points["target"].where(~held.shift(fill_value=False) & ~held.shift(-1, fill_value=False))
        if alone.notna().any():  # a single period makes no line
            self.dashes(alone, name)
        if "target_to_date" not in points or not bool(points["running"].any()):
            return
        due = points["target_to_date"].where(
            points["running"] & (points["target_to_date"] < points["target"])
        )
        if due.notna().any():
            self.dashes(due, "Due by now")
            self.end(due, "Due by now")

    def words(self, column: str, at: pd.Series, name: str, symbol: str) -> None:
        """A mark wherever the column says something of the value `at`, which tells it."""
        points = self.points
        if column not in points or not (points[column].notna() & at.notna()).any():
            return
        said = [theme.literal(words) if isinstance(words, str) else "" for words in points[column]]
        self.figure.add_scatter(
            x=points["start"], y=at.where(points[column].notna()), name=name, mode="markers",
            marker={"symbol": symbol, "size": 9, "color": self.ground.card,
                    "line": {"color": self.ground.text, "width": 1.4}},
            customdata=[[one] for one in said], hovertemplate="%{customdata[0]}",
        )  # fmt: skip

    def dashes(self, values: pd.Series, name: str) -> None:
        """A short line for each value."""
        self.figure.add_scatter(
            x=self.points["start"], y=values, name=name, mode="markers",
            marker={"symbol": "line-ew", "size": 22, "line": {"color": self.ground.text, "width": 2}},
            customdata=self.said(values), hovertemplate="%{customdata[0]}",
        )  # fmt: skip

    def thresholds(self, wash: str) -> None:
        """Where a value is at risk: the band between the thresholds, behind everything."""
        for column, fill in (("risk_from", None), ("risk_to", "tonexty")):
            self.figure.add_scatter(
                x=self.points["start"], y=self.points[column], mode="lines", fill=fill, fillcolor=wash,
                line={"width": 0, "shape": "hvh"}, hoverinfo="skip", name="at risk", zorder=-1,
            )  # fmt: skip

    def mark(self, name: str, value: float) -> None:
        """An outside reference: a fine line across, with its name on it."""
        self.figure.add_hline(
            y=value, line={"color": self.ground.muted, "width": 1, "dash": "longdash"}, name="benchmark",
            annotation={"text": f"{theme.literal(name)} {theme.literal(self.notation.write(value))}",
                        "xanchor": "left", "x": 0, "yanchor": "bottom", "name": "benchmark"},
        )  # fmt: skip

    def band(self) -> None:
        """The range of a target."""
        points = self.points
        for column, name, fill in (("low", "Target from", None), ("high", "Target to", "tonexty")):
            self.figure.add_scatter(
                x=points["start"], y=points[column], name=name, mode="lines", fill=fill,
                fillcolor=self.ground.band, line={"width": 1, "color": self.ground.muted, "shape": "hvh"},
                customdata=self.said(points[column]), hovertemplate="%{customdata[0]}",
            )  # fmt: skip
        self.end(points["low"], "Target from")
        self.end(points["high"], "Target to")


def _judged(drawer: _Drawer, mode: str, plain: str) -> tuple[list[str], list[str], list[list[str]]]:
    """Colour, shape and hover text of each actual."""
    points = drawer.points
    judged = [status if status in theme.STATUS else None for status in points["status"]]
    running = points["running"] if "running" in points else pd.Series(data=False, index=points.index)
    words = [
        (f", {theme.STATUS[status].word}" if status else "") + (" so far" if runs else "")
        for status, runs in zip(judged, running, strict=True)
    ]
    return (
        [theme.colour(status, mode) if status else plain for status in judged],
        [theme.STATUS[status].symbol if status else "circle" for status in judged],
        drawer.said(points["actual"], lambda at: words[at]),
    )


def _bars(drawer: _Drawer, mode: str) -> None:
    """A bar for each period from zero; the running one is hatched, because it is not over."""
    points = drawer.points
    colours, _, said = _judged(drawer, mode, drawer.ground.fill)
    running = points["running"] if "running" in points else pd.Series(data=False, index=points.index)
    hatched = ["/" if runs else "" for runs in running]
    drawer.figure.add_bar(
        x=points["start"], y=points["actual"], name="Actual", width=step(points["start"]).value / 1e6 * 0.66,
        marker={"color": colours, "pattern": {"shape": hatched, "size": 5, "solidity": 0.45}},
        customdata=said, hovertemplate="%{customdata[0]}",
    )  # fmt: skip
    partial = bool(running[points["actual"].notna()].tail(1).any())
    drawer.end(points["actual"], "So far" if partial else "Actual", strong=True)


def _marked_line(drawer: _Drawer, mode: str) -> None:
    """A line, with the status of each point where there are few."""
    points, few = drawer.points, len(drawer.points) <= FEW
    colours, symbols, said = _judged(drawer, mode, drawer.ground.text)
    drawer.figure.add_scatter(
        x=points["start"], y=points["actual"], name="Actual", mode="lines+markers" if few else "lines",
        line={"width": theme.LINE if few else 1.8}, cliponaxis=False,
        marker={"size": theme.MARK, "color": colours, "symbol": symbols},
        customdata=said, hovertemplate="%{customdata[0]}",
    )  # fmt: skip
    drawer.end(points["actual"], "Actual", strong=True)


def _dots(drawer: _Drawer, mode: str) -> None:
    """Noisy points, kept behind the course that stands out from them."""
    points = drawer.points
    _, _, said = _judged(drawer, mode, drawer.ground.fill)
    drawer.figure.add_scatter(
        x=points["start"], y=points["actual"], name="Actual", mode="markers",
        marker={"size": 4, "color": drawer.ground.fill}, customdata=said, hovertemplate="%{customdata[0]}",
    )  # fmt: skip
