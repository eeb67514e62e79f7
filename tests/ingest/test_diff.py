"""What an upload would change."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kpidash.ingest.diff import ACTUAL, TARGET, diff

KEY = ACTUAL.key
COLUMNS = [*KEY, "value", "numerator", "denominator", "note"]


def frame(*rows):
    """Rows of (kpi_id, period, segment_id, value) or with numerator, denominator and note."""
    nothing = (None, None, None)
    data = pd.DataFrame([(*row, *nothing[len(row) - 4 :]) for row in rows], columns=COLUMNS)
    return data.astype({"value": float, "numerator": float, "denominator": float, "note": object})


def keys(rows):
    return list(rows[KEY].itertuples(index=False, name=None))


def test_keys_are_added_changed_or_unchanged():
    stored = frame((1, 20, 0, 5.0), (1, 10, 0, 1.0), (9, 9, 9, 9.0))
    change = diff(stored, frame((2, 10, 0, 1.0), (1, 20, 0, 6.0), (1, 10, 0, 1.0)), rejected=3)
    assert keys(change.added) == [(2, 10, 0)]
    assert keys(change.changed) == [(1, 20, 0)]
    assert change.changed[["old_value", "value"]].to_numpy().tolist() == [[5.0, 6.0]]
    assert keys(change.unchanged) == [(1, 10, 0)]
    assert change.rejected == 3
    assert change


def test_the_same_rows_change_nothing():
    rows = frame((1, 10, 0, 50.0, 1.0, 2.0, "why"), (1, 11, 3, 1.0))
    change = diff(rows, rows)
    assert not change
    assert len(change.unchanged) == 2


def test_another_denominator_is_a_change_also_when_the_quotient_is_the_same():
    change = diff(frame((1, 10, 0, 50.0, 1.0, 2.0)), frame((1, 10, 0, 50.0, 2.0, 4.0)))
    assert change.changed["old_denominator"].tolist() == [2.0]


def test_a_new_note_is_a_change_and_a_missing_one_is_not():
    assert len(diff(frame((1, 1, 0, 1.0)), frame((1, 1, 0, 1.0, None, None, "late"))).changed) == 1
    assert len(diff(frame((1, 1, 0, 1.0, None, None, "late")), frame((1, 1, 0, 1.0))).unchanged) == 1


def test_against_nothing_stored_everything_is_added():
    assert len(diff(frame(), frame((1, 1, 0, 1.0))).added) == 1
    assert not diff(frame(), frame())


def test_a_changed_target_keeps_the_phasing_that_the_file_does_not_speak_of():
    def target(value, phasing):
        return pd.DataFrame(
            {"kpi_id": [1], "period": [10], "kind": [4], "value": [value], "low": [None], "high": [None]}
        ).assign(phasing=pd.Series([phasing], dtype=object))

    change = diff(target(5.0, "last_year"), target(6.0, None), shape=TARGET)
    assert change.changed[["value", "old_value", "phasing"]].to_numpy().tolist() == [[6.0, 5.0, "last_year"]]
    assert not diff(target(5.0, "last_year"), target(5.0, None), shape=TARGET)


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(-5, 5), st.integers(-2, 2)),
    st.sampled_from([1.0, 2.0]),
    max_size=20,
)


@given(CELLS, CELLS)
def test_the_change_set_takes_the_stored_rows_to_the_uploaded_ones(stored, uploaded):
    def table(cells):
        return frame(*((*key, value) for key, value in cells.items()))

    change = diff(table(stored), table(uploaded))
    assert set(keys(change.added)) == uploaded.keys() - stored.keys()
    assert set(keys(change.unchanged)) == {key for key in uploaded if stored.get(key) == uploaded[key]}
    values = change.changed[["old_value", "value"]].itertuples(index=False, name=None)
    changed = dict(zip(keys(change.changed), values, strict=True))
    assert changed == {
        key: (stored[key], uploaded[key])
        for key in uploaded.keys() & stored.keys()
        if stored[key] != uploaded[key]
    }
