"""A figure as the plain structures that Plotly draws, without checking each part of it at every drawing.

Tests check every kind of figure against Plotly's schema once (`tests/charts`); building one with
`plotly.graph_objects` would check it again each time, which takes longer than all the rest.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

Spec = dict[str, Any]


class Drawing:
    """Traces and a layout; methods and their arguments are named as in `plotly.graph_objects.Figure`."""

    def __init__(self, layout: Spec) -> None:
        self.layout: Spec = {**layout, "xaxis": {}, "yaxis": {}, "annotations": [], "shapes": []}
        self.data: list[Spec] = []

    @property
    def spec(self) -> Spec:
        """The figure as JSON can hold it."""
        return {"data": self.data, "layout": self.layout}

    def add_scatter(self, **trace: Any) -> None:
        """A line or points."""
        self._add("scatter", trace)

    def add_bar(self, **trace: Any) -> None:
        """Bars."""
        self._add("bar", trace)

    def add_annotation(self, **annotation: Any) -> None:
        """A text."""
        annotation["x"] = _plain(annotation["x"])
        self.layout["annotations"].append(annotation)

    def add_hline(
        self, *, y: float, line: Spec, name: str | None = None, annotation: Spec | None = None
    ) -> None:
        """A line across at `y`, with a text on it."""
        self._add_line({"x0": 0, "x1": 1, "xref": "x domain", "y0": y, "y1": y, "yref": "y"}, line, name)
        if annotation is not None:
            self.add_annotation(y=y, xref="x domain", yref="y", showarrow=False, **annotation)

    def add_vline(
        self, *, x: float, line: Spec, name: str | None = None, annotation: Spec | None = None
    ) -> None:
        """A line up at `x`, with a text on it."""
        self._add_line({"x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}, line, name)
        if annotation is not None:
            self.add_annotation(x=x, xref="x", yref="y domain", showarrow=False, **annotation)

    def update_layout(self, *, margin: Spec, **more: Any) -> None:
        """Set these; margins that are not given stay as they are."""
        self.layout.update(more, margin=self.layout["margin"] | margin)

    def update_xaxes(self, **axis: Any) -> None:
        """Set these of the axis across."""
        self.layout["xaxis"].update({name: _plain(value) for name, value in axis.items()})

    def update_yaxes(self, **axis: Any) -> None:
        """Set these of the axis up."""
        self.layout["yaxis"].update({name: _plain(value) for name, value in axis.items()})

    def _add(self, kind: str, trace: Spec) -> None:
        for name in ("x", "y"):
            trace[name] = _plain(trace[name])
        self.data.append(
            {"type": kind, **{name: value for name, value in trace.items() if value is not None}}
        )

    def _add_line(self, place: Spec, line: Spec, name: str | None) -> None:
        named = {} if name is None else {"name": name}
        self.layout["shapes"].append({"type": "line", **place, "line": line, **named})


def _plain(value: Any) -> Any:
    """Values as JSON has them: days as text, what is missing as None."""
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, pd.Index):
        value = value.to_series()
    if isinstance(value, pd.Series):
        return _column(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _column(values: pd.Series) -> list[Any]:
    if values.dtype.kind == "M":
        return [
            None if text == "NaT" else text for text in np.datetime_as_string(values.to_numpy(), unit="s")
        ]
    found: Iterable[Any] = values.tolist()
    return [None if one is None or one != one else one for one in found]


def ready(drawing: Drawing) -> Any:
    """The drawing as Streamlit takes it without checking it in every run."""
    return _kind()(drawing.spec)


@cache
def _kind() -> type[Any]:
    from plotly.basedatatypes import BaseFigure  # here, because it costs a second that other screens save

    class Checked(BaseFigure):  # type: ignore[misc]  # Plotly has no types
        """A figure that is not looked at again."""

        def __init__(self, spec: Spec) -> None:
            self._spec = spec

        def to_dict(self) -> Spec:
            """The figure; those who get it do not change it."""
            return self._spec

    return Checked
