"""The lists inside a KPI's form: targets by period, targets on a path, and benchmarks, one row each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from kpidash.ui.viewer import stop

Entry = Mapping[str, Any]
Column = tuple[str, str, str | None]
"""Key in the file, heading, and a help text."""
_TEXT, _NUMBER, _DAY, _TICK = "text", "number", "day", "tick"
_PERIODS = {
    "period": ("Period", _TEXT, "2026-10-14, 2026-W43, 2026-10, 2026-Q3 or FY2026"),
    "value": ("Target", _NUMBER, "Leave empty where the KPI is to stay inside a range"),
    "low": ("From", _NUMBER, "For KPIs to keep inside a range"),
    "high": ("To", _NUMBER, "For KPIs to keep inside a range"),
    "phasing": ("Phased as last year", _TICK, "Spread over the finer periods as last year's actuals were"),
}
_PATHS = {
    "baseline": ("Starts at", _NUMBER, None),
    "from": ("On", _DAY, None),
    "value": ("Ends at", _NUMBER, "Or say by how much it is to change"),
    "change": ("Or changes by", _TEXT, "In percent, as in -5%"),
    "due": ("By", _DAY, None),
}
_BENCHMARKS = {
    "name": ("Name", _TEXT, None),
    "value": ("Value", _NUMBER, None),
    "source": ("Source", _TEXT, None),
}


def targets(entries: Sequence[Entry], prefix: str) -> Sequence[Entry]:
    """The targets as they stand in the editors, those by period first."""
    by_period = [one for one in entries if "period" in one]
    paths = [one for one in entries if "period" not in one]
    given = _editor("Targets by period", by_period, _PERIODS, f"{prefix}-periods")
    phased = [{**one, "phasing": "last_year"} if one.pop("phasing", None) else one for one in given]
    return [*phased, *_editor("Targets on a path from one day to another", paths, _PATHS, f"{prefix}-paths")]


def benchmarks(entries: Sequence[Entry], prefix: str) -> Sequence[Entry]:
    """The benchmarks as they stand in the editor."""
    return _editor("Benchmarks", entries, _BENCHMARKS, f"{prefix}-benchmarks")


def _editor(
    title: str, entries: Sequence[Entry], columns: Mapping[str, tuple[str, str, str | None]], key: str
) -> list[dict[str, Any]]:
    """A table to type into; rows without anything are none."""
    st.markdown(f"**{title}**")
    frame = pd.DataFrame(
        {name: _column([one.get(name) for one in entries], kind) for name, (_, kind, _) in columns.items()}
    )
    shown = {name: _CONFIG[kind](heading, help=said) for name, (heading, kind, said) in columns.items()}
    try:
        edited = st.data_editor(
            frame, key=key, column_config=shown, num_rows="dynamic", hide_index=True, width="stretch",
            placeholder="", alt=f"{title}: a table to type into", height=min(38 + 35 * (len(frame) + 1), 320),
        )  # fmt: skip
    except (KeyError, IndexError):  # no table of ours says that
        stop("This change is of rows that are not there", "Nothing is written. Open the page anew.")
    rows = ({str(name): _plain(value) for name, value in row.items()} for row in edited.to_dict("records"))
    return [
        given for row in rows if (given := {name: value for name, value in row.items() if value is not None})
    ]


_CONFIG: dict[str, Any] = {
    _TEXT: st.column_config.TextColumn,
    _NUMBER: partial(st.column_config.NumberColumn, format="localized"),
    _DAY: st.column_config.DateColumn,
    _TICK: st.column_config.CheckboxColumn,
}


def _column(values: list[Any], kind: str) -> pd.Series:
    if kind is _NUMBER:
        return pd.Series(values, dtype="float64")
    if kind is _DAY:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)), dtype="datetime64[s]")
    if kind is _TICK:
        return pd.Series([value is not None for value in values], dtype=bool)
    return pd.Series(values, dtype=object)


def _plain(value: Any) -> Any:
    """What a file can hold: nothing for what is missing, blank or not ticked."""
    if value is None or value is False or (isinstance(value, str) and not value.strip()) or value is pd.NaT:
        return None
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, str | int | float | date) else str(value)
