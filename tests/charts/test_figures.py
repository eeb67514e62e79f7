"""Figures drawn from scored data: honest scales, statuses with their shape, texts in the company's locale."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.basedatatypes import BaseFigure
from plotly.io import to_json

from kpidash.charts import theme
from kpidash.charts.before_after import before_after
from kpidash.charts.breakdown import breakdown
from kpidash.charts.drawing import ready
from kpidash.charts.scale import Notation, round_ticks, spread
from kpidash.charts.sparkline import sparkline
from kpidash.charts.trend import cumulative, trend

PLAIN = Notation(
    write=lambda value: f"₹{value:g}", name=str, ticks=lambda starts: [str(start.month) for start in starts]
)


def checked(draw):
    """The figure as Plotly's schema has it; a ValueError where it does not."""
    return lambda *args, **kwargs: go.Figure(draw(*args, **kwargs).spec)


def months(actual: list[float], target: list[float], **more: list[float]) -> pd.DataFrame:
    missing = [np.nan] * len(actual)
    return pd.DataFrame(
        {
            "start": pd.date_range("2026-01-01", periods=len(actual), freq="MS"),
            "actual": actual,
            "target": target,
            "low": more.get("low", missing),
            "high": more.get("high", missing),
            "previous_year": more.get("previous_year", missing),
            "status": ["on_target", "at_risk", "off_target"][: len(actual)],
        }
    )


def draw(points: pd.DataFrame, *, additive: bool = True):
    return checked(trend)(points, additive=additive, notation=PLAIN, mode="light")


def test_bars_always_start_at_zero_even_where_the_values_lie_close_together():
    figure = draw(months([98, 99, 100], [100, 100, 100]))
    assert figure.data[0].type == "bar"
    assert figure.layout.yaxis.range[0] == 0


def test_lines_may_look_closer_where_the_values_lie_close_together():
    figure = draw(months([98, 99, 100], [100, 100, 100]), additive=False)
    assert figure.layout.yaxis.range[0] > 90


def test_each_actual_has_the_colour_and_the_shape_of_its_status():
    figure = draw(months([1, 2, 3], [2, 2, 2]), additive=False)
    actual = next(trace for trace in figure.data if trace.name == "Actual")
    assert list(actual.marker.color) == [
        theme.colour(one, "light") for one in ("on_target", "at_risk", "off_target")
    ]
    assert len(set(actual.marker.symbol)) == 3


def test_the_target_is_drawn_in_steps_and_a_range_as_a_band():
    stepped = draw(months([1, 2, 3], [2, 2, 3]))
    assert next(trace for trace in stepped.data if trace.name == "Target").line.shape == "hvh"
    nothing = [np.nan] * 3
    band = draw(months([1, 2, 3], nothing, low=[1, 1, 1], high=[2, 2, 2]), additive=False)
    assert [trace.fill for trace in band.data[:2]] == [None, "tonexty"]
    assert not [trace for trace in band.data if trace.name == "Target"]


def test_ticks_and_tooltips_are_written_by_the_caller():
    figure = draw(months([10, 20, 30], [15, 15, 15]))
    assert figure.layout.yaxis.ticktext[0] == "₹0"
    assert next(trace for trace in figure.data if trace.name == "Target").customdata[0][0] == "₹15"


def test_a_running_total_starts_at_zero():
    points = months([10, 20, 30], [15, 15, 15]).assign(
        cumulative_actual=[910, 930, 960], cumulative_target=[915, 930, 945]
    )
    figure = checked(cumulative)(points, notation=PLAIN, mode="dark")
    assert figure.layout.yaxis.range[0] == 0


def test_segments_are_ranked_with_the_greatest_on_top():
    segments = pd.DataFrame({"label": ["A", "B"], "actual": [2.0, 5.0], "share": [0.3, 0.7]})
    figure = checked(breakdown)(segments, total=7, write=str, share=str, additive=True, mode="light")
    assert list(figure.data[0].x) == [2.0, 5.0]
    assert list(figure.layout.yaxis.ticktext) == ["A", "B"]


def test_an_axis_that_does_not_start_at_zero_says_so():
    def noted(figure):
        return [one.text for one in figure.layout.annotations if one.name == "cut"]

    points = months([98, 99, 100], [100, 100, 100])
    assert noted(draw(points)) == []
    (note,) = noted(draw(points, additive=False))
    assert note.startswith("axis from ₹9")


def test_each_line_is_named_at_its_end_with_its_last_value():
    figure = draw(months([10, 20, 30], [15, 15, 15], previous_year=[9, 9, 8]), additive=False)
    named = [one for one in figure.layout.annotations if one.name == "end"]
    assert [one.text.split("<br>")[0] for one in sorted(named, key=lambda one: one.y)] == [
        "Last year",
        "Target",
        "Actual",
    ]
    assert "₹30" in next(one.text for one in named if one.text.startswith("Actual"))


def test_what_is_due_by_now_is_marked_in_the_period_that_runs():
    points = months([10, 20, 5], [15, 15, 15]).assign(
        running=[False, False, True], target_to_date=[15, 15, 6]
    )
    figure = draw(points)
    due = next(trace for trace in figure.data if trace.name == "Due by now")
    assert [value for value in due.y if value is not None] == [6]
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.marker.pattern.shape) == ["", "", "/"]


@pytest.mark.parametrize("wanted", [[], [5], [5, 6, 7], [0, 0, 100], [90, 95, 99, 100], [-20, 40, 300]])
def test_labels_are_moved_apart_and_stay_within_the_figure(wanted: list[float]):
    placed = spread(wanted, 10, (5, 95))
    assert all(5 <= place <= 95 for place in placed)
    assert all(later - earlier >= 10 for earlier, later in pairwise(placed))


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 97), (-5, 12), (93.1, 96.4), (5, 5), (0, 0), (1e9, 1.3e9), (-3e-4, 2e-4)]
)
def test_ticks_are_few_round_and_enclose_the_values(low: float, high: float):
    ticks = round_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 8


def test_a_sparkline_breaks_where_data_is_missing():
    drawn = sparkline(np.array([1, 2, np.nan, 4, 3.0]), np.full(5, np.nan))
    assert drawn is not None
    assert len(drawn.actual) == 2
    assert drawn.target == ()


def test_one_point_makes_no_sparkline():
    assert sparkline(np.array([1.0, np.nan]), np.ones(2)) is None


def test_thresholds_are_a_band_and_benchmarks_are_lines_with_their_names():
    points = months([80, 95, 99], [100, 100, 100]).assign(risk_from=[90.0] * 3, risk_to=[100.0] * 3)
    figure = checked(trend)(points, additive=False, notation=PLAIN, mode="dark", marks=[("Peers <b>", 60)])
    band = [trace for trace in figure.data if trace.name == "at risk"]
    assert [trace.fill for trace in band] == [None, "tonexty"]
    assert figure.layout.yaxis.range[0] <= 60
    (name,) = [one.text for one in figure.layout.annotations if one.name == "benchmark"]
    assert name == "Peers &lt;b> ₹60"


def test_a_moved_target_is_marked_on_the_goalpost_with_what_it_was():
    points = months([4.0, 5.0], [5.0, 6.0]).assign(moved=[None, "was 5 until 3 May"])
    mark = next(one for one in draw(points).data if one.name == "Target moved")
    assert list(mark.y) == [None, 6.0]
    assert mark.customdata[1] == ["was 5 until 3 May"]
    assert not any(one.name == "Target moved" for one in draw(months([4.0], [5.0])).data)


def test_what_was_noted_of_a_value_is_marked_on_it():
    mark = next(one for one in draw(months([4.0, 5.0], [5.0, 6.0]).assign(noted=["strike", None])).data
                if one.name == "Note")  # fmt: skip
    assert mark.customdata[0] == ["strike"]
    assert mark.y[0] == 4.0


def test_a_running_total_leads_on_to_the_end_of_its_year():
    points = pd.DataFrame(
        {
            "start": pd.to_datetime(["2026-04-01", "2026-05-01"]),
            "cumulative_actual": [4.0, 9.0],
            "cumulative_target": [5.0, 10.0],
        }
    )
    ahead = pd.DataFrame(
        {
            "start": pd.to_datetime(["2026-05-01", "2027-03-31"]),
            "planned": [10.0, 60.0],
            "at_pace": [9.0, 54.0],
        }
    )
    figure = checked(cumulative)(points, notation=PLAIN, mode="light", ahead=ahead)
    words = [one.text for one in figure.layout.annotations]
    assert any("At this pace" in one and "54" in one for one in words)
    assert any("Full target" in one and "60" in one for one in words)
    assert any("9" in one and "so far" in one for one in words)


def test_a_course_before_and_after_marks_what_changes():
    points = months([10, 20, 30], [15, 15, 15]).assign(
        before=[10.0, 20.0, np.nan],
        after=[10.0, 25.0, 30.0],
        target_before=15.0,
        target_after=15.0,
        touched=[False, True, True],
    )
    figure = checked(before_after)(points, write=lambda value: f"₹{value:g}", name=str, mode="dark")
    changed = next(trace for trace in figure.data if trace.name == "Changed")
    assert list(changed.y) == [None, 25.0, 30.0]
    assert [trace.name for trace in figure.data] == ["Target", "Before", "After", "Changed"]


def test_a_drawing_goes_to_the_browser_as_it_is():
    drawing = trend(months([10, 20], [15, 15]), additive=True, notation=PLAIN, mode="light")
    assert isinstance(ready(drawing), BaseFigure)
    assert json.loads(to_json(ready(drawing), validate=False)) == json.loads(json.dumps(drawing.spec))
