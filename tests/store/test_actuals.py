"""Applying and reading actuals, their history, and their monthly rollups."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func, select

from kpidash.domain.calendars import day_of
from kpidash.domain.period import Frequency
from kpidash.store import actuals, rollups, segments, uploads
from kpidash.store.tables import actual_history, rollup_month, upload_touch
from kpidash.store.versions import Applied
from tests.store import samples
from tests.store.samples import changes, day, upload, values_of


@pytest.fixture
def calls(database):
    return samples.define(database, samples.kpi("calls"))["calls"]


def read(database, function, *given, **named):
    with database.read() as connection:
        return function(connection, *given, **named)


def pairs(kpi_id, first, last):
    return pd.DataFrame({"kpi_id": [kpi_id], "first_day": [day(first)], "last_day": [day(last)]})


def months(kpi_id, first=-10_000, last=10_000):
    return pd.DataFrame({"kpi_id": [kpi_id], "first_month": [first], "last_month": [last]})


def history(database):
    with database.read() as connection:
        columns = actual_history.c
        query = select(columns.period, columns.value, columns.upload_id, columns.superseded_by)
        return [tuple(row) for row in connection.execute(query.order_by(columns.period, columns.upload_id))]


def test_new_keys_are_added(database, calls):
    _, applied = upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-15", 7)))
    assert applied == Applied(added=2, changed=0, unchanged=0)
    assert values_of(database, calls) == {day("2026-10-14"): 5, day("2026-10-15"): 7}
    assert history(database) == []


def test_equal_values_are_not_touched_so_they_keep_their_upload_and_row(database, calls):
    first, _ = upload(database, changes((calls, "2026-10-14", 5)))
    _, applied = upload(database, changes((calls, "2026-10-14", 5), row=99))
    assert applied == Applied(added=0, changed=0, unchanged=1)
    rows = read(database, actuals.segments, calls, day("2026-10-14"), day("2026-10-14"))
    assert rows[["upload_id", "source_id", "row"]].to_numpy().tolist() == [[first, first, 2]]
    assert history(database) == []


def test_a_changed_value_moves_to_history_with_both_uploads(database, calls):
    first, _ = upload(database, changes((calls, "2026-10-14", 5)))
    second, applied = upload(database, changes((calls, "2026-10-14", 6), (calls, "2026-10-15", 1)))
    assert applied == Applied(added=1, changed=1, unchanged=0)
    assert values_of(database, calls) == {day("2026-10-14"): 6, day("2026-10-15"): 1}
    assert history(database) == [(day("2026-10-14"), 5, first, second)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"value": np.nan, "numerator": 1.0, "denominator": 2.0}, {"numerator": 1.5}),
        ({"value": np.nan, "numerator": 1.0, "denominator": 2.0}, {"denominator": np.nan}),
        ({"value": 5.0}, {"value": np.nan}),
        ({"value": 5.0, "note": "late"}, {"note": "final"}),
    ],
)
def test_any_difference_counts_missing_ones_too(database, calls, before, after):
    upload(database, changes((calls, "2026-10-14", 0), **before))
    _, applied = upload(database, changes((calls, "2026-10-14", 0), **(before | after)))
    assert applied == Applied(added=0, changed=1, unchanged=0)
    _, again = upload(database, changes((calls, "2026-10-14", 0), **(before | after)))
    assert again == Applied(added=0, changed=0, unchanged=1)


def test_a_missing_note_leaves_an_equal_value_alone(database, calls):
    upload(database, changes((calls, "2026-10-14", 5), note="strike"))
    _, applied = upload(database, changes((calls, "2026-10-14", 5)))
    assert applied.unchanged == 1
    _, applied = upload(database, changes((calls, "2026-10-14", 6)))
    assert read(database, actuals.segments, calls, 0, 2**31 - 1)["note"].tolist() == [None]


def test_a_key_given_twice_is_refused(database, calls):
    with pytest.raises(ValueError, match="twice"):
        upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-14", 6)))
    assert values_of(database, calls) == {}


def test_nothing_to_apply_is_no_error(database):
    _, applied = upload(database, changes())
    assert applied == Applied(0, 0, 0)


def test_days_before_1970_and_far_away_are_kept(database, calls):
    upload(database, changes((calls, "1899-12-31", 1), (calls, "9998-12-31", 2)))
    assert values_of(database, calls) == {day("1899-12-31"): 1, day("9998-12-31"): 2}
    assert len(read(database, rollups.read, months(calls, -20_000, 200_000))) == 2


def test_numbers_come_back_to_the_last_bit(database, calls):
    given = [0.1 + 0.2, 1e308, -5e-324, 123456789.123456789, 2**53 + 0.0]
    upload(database, changes(*((calls, number, value) for number, value in enumerate(given))))
    assert list(values_of(database, calls).values()) == given


def test_periods_sum_the_segments_of_each_native_period(database, calls):
    with database.write() as connection:
        north, south = segments.ids(connection, ['{"region": "North"}', '{"region": "South"}']).values()
    upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-15", 2), segment_id=north))
    upload(database, changes((calls, "2026-10-14", 1), segment_id=south))
    found = read(database, actuals.periods, pairs(calls, "2026-10-01", "2026-10-31"))
    assert found.to_dict("list") == {
        "kpi_id": [calls, calls],
        "period": [day("2026-10-14"), day("2026-10-15")],
        "sum": [6, 2],
        "count": [2, 1],
        "min": [1, 2],
        "max": [5, 2],
        "numerator": [pytest.approx(np.nan, nan_ok=True)] * 2,
        "denominator": [pytest.approx(np.nan, nan_ok=True)] * 2,
    }


def test_a_period_without_a_value_counts_none(database, calls):
    upload(database, changes((calls, "2026-10-14", np.nan), numerator=3.0, denominator=4.0))
    found = read(database, actuals.periods, pairs(calls, "2026-10-14", "2026-10-14"))
    assert found[["count", "numerator", "denominator"]].to_numpy().tolist() == [[0, 3, 4]]
    assert found["sum"].isna().all()


def test_overlapping_ranges_count_nothing_twice(database, calls):
    upload(database, changes((calls, "2026-10-14", 5)))
    twice = pd.concat([pairs(calls, "2026-10-01", "2026-10-14"), pairs(calls, "2026-10-10", "2026-10-31")])
    assert read(database, actuals.periods, twice)["sum"].tolist() == [5]


def test_ranges_take_both_ends_and_only_their_own_kpi(database):
    ids = samples.define(database, samples.kpi("a"), samples.kpi("b"))
    rows = [(ids[code], f"2026-10-{number}", number) for code in "ab" for number in (10, 11, 12, 13)]
    upload(database, changes(*rows))
    wanted = pd.concat(
        [pairs(ids["b"], "2026-10-12", "2026-10-13"), pairs(ids["a"], "2026-10-10", "2026-10-11")]
    )
    found = read(database, actuals.periods, wanted)
    assert found[["kpi_id", "sum"]].to_numpy().tolist() == [
        [ids["a"], 10],
        [ids["a"], 11],
        [ids["b"], 12],
        [ids["b"], 13],
    ]


@pytest.mark.parametrize("function", [actuals.periods, actuals.current, rollups.read])
def test_frames_have_their_dtypes_also_when_empty(database, calls, function):
    none = pd.DataFrame({name: np.empty(0, np.int64) for name in ("kpi_id", "period", "segment_id")}).assign(
        first_day=0, last_day=0, first_month=0, last_month=0
    )
    empty = read(database, function, none)
    upload(database, changes((calls, "2026-10-14", 5)))
    everything = changes((calls, "2026-10-14", 5)).assign(
        first_day=0, last_day=99_999, first_month=0, last_month=9_999
    )
    full = read(database, function, everything)
    assert len(empty) == 0
    assert len(full) == 1
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_current_gives_those_keys_that_are_there(database, calls):
    number, _ = upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-15", 6)))
    asked = changes((calls, "2026-10-15", 0), (calls, "2026-10-16", 0))
    found = read(database, actuals.current, asked)
    assert found[["period", "value", "upload_id"]].to_numpy().tolist() == [[day("2026-10-15"), 6, number]]
    with database.write() as connection:
        assert len(actuals.current(connection, asked, lock=True)) == 1


def test_removed_keys_are_gone_and_in_history(database, calls):
    first, _ = upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-15", 6)))
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.UNDO, actor="analyst")
        asked = changes((calls, "2026-10-14", 0), (calls, "2026-10-16", 0))
        assert actuals.remove(connection, asked, number) == 1
        rollups.refresh(connection, asked)
    assert values_of(database, calls) == {day("2026-10-15"): 6}
    assert history(database) == [(day("2026-10-14"), 5, first, number)]
    assert read(database, rollups.read, months(calls))["days"].tolist() == [1 << 14]


def test_an_upload_notes_the_days_that_it_touched(database, calls):
    number, _ = upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-12-01", 6)))
    upload(database, changes((calls, "2026-10-14", 5)))
    touch = upload_touch.c
    with database.read() as connection:
        rows = connection.execute(
            select(touch.upload_id, touch.kpi_id, touch.first_day, touch.last_day)
        ).all()
    assert [tuple(row) for row in rows] == [(number, calls, day("2026-10-14"), day("2026-12-01"))]


def test_a_month_holds_what_every_aggregation_needs(database, calls):
    with database.write() as connection:
        north = segments.ids(connection, ['{"region": "North"}'])['{"region": "North"}']
    upload(
        database, changes((calls, "2026-10-01", 4), (calls, "2026-10-31", 7), numerator=1.0, denominator=2.0)
    )
    upload(database, changes((calls, "2026-10-31", 1), segment_id=north))
    (row,) = read(database, rollups.read, months(calls)).to_dict("records")
    assert row == {
        "kpi_id": calls,
        "month": 56 * 12 + 9,
        "days": 1 | 1 << 30,
        "sum": 12,
        "count": 3,
        "min": 1,
        "max": 7,
        "numerator": 2,
        "denominator": 4,
        "last": 8,
    }


def test_a_month_with_nothing_left_has_no_rollup(database, calls):
    upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-11-14", 5)))
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.UNDO, actor="analyst")
        actuals.remove(connection, changes((calls, "2026-10-14", 0)), number)
        rollups.refresh(connection, changes((calls, "2026-10-14", 0)))
    assert read(database, rollups.read, months(calls))["month"].tolist() == [56 * 12 + 10]


@pytest.mark.parametrize(
    ("monday", "month", "bit"),
    [("2026-09-28", "2026-10", 0), ("2026-10-26", "2026-10", 28), ("2025-12-29", "2026-01", 0)],
)
def test_a_week_belongs_to_the_month_of_its_thursday(database, monday, month, bit):
    hires = samples.define(database, samples.kpi("hires", Frequency.WEEKLY))["hires"]
    upload(database, changes((hires, monday, 5)))
    found = read(database, rollups.read, months(hires))
    year, number = map(int, month.split("-"))
    assert found["month"].tolist() == [(year - 1970) * 12 + number - 1]
    assert found["days"].tolist() == [1 << bit]
    assert read(database, rollups.differences).empty


def test_rollups_of_a_range_of_months_take_both_ends(database, calls):
    upload(database, changes(*((calls, f"2026-{month:02d}-01", month) for month in range(1, 13))))
    january = 56 * 12
    found = read(database, rollups.read, months(calls, january + 2, january + 4))
    assert found["sum"].tolist() == [3, 4, 5]


def test_no_difference_is_found_in_what_was_kept(database, calls):
    upload(database, changes((calls, "2026-10-14", 0.1), (calls, "2026-10-15", 0.2)))
    found = read(database, rollups.differences)
    assert found.empty
    assert list(found) == ["kpi_id", "month", "column", "stored", "computed"]


@pytest.mark.parametrize(
    ("column", "value"), [("sum", 6.0), ("count", 2), ("days", 3), ("last", None), ("numerator", 1.0)]
)
def test_a_rollup_that_was_changed_by_hand_is_found(database, calls, column, value):
    upload(database, changes((calls, "2026-10-14", 5)))
    with database.write() as connection:
        connection.execute(rollup_month.update().values({column: value}))
    found = read(database, rollups.differences)
    assert found[["kpi_id", "month", "column"]].to_numpy().tolist() == [[calls, 56 * 12 + 9, column]]


def test_missing_and_left_over_rollups_are_found(database, calls):
    upload(database, changes((calls, "2026-10-14", 5)))
    with database.write() as connection:
        connection.execute(rollup_month.update().values(month=56 * 12))
    found = read(database, rollups.differences)
    assert set(found["month"]) == {56 * 12, 56 * 12 + 9}
    with database.write() as connection:
        connection.execute(rollup_month.delete())
        connection.execute(rollup_month.insert().values(kpi_id=77, month=56 * 12, days=1, count=1))
    assert set(read(database, rollups.differences)["kpi_id"]) == {calls, 77}


def test_the_state_as_known_at_a_past_moment_is_found_again(database, calls):
    moments, sums = [], []
    for value in (5, 6, 6, 7):
        number, _ = upload(database, changes((calls, "2026-10-14", value)))
        moments.append(read(database, uploads.find, number).committed_at)
        sums.append(value)
    everything = pairs(calls, "2026-10-01", "2026-10-31")
    known = [read(database, actuals.known_at, everything, moment)["sum"].tolist() for moment in moments]
    assert known == [[value] for value in sums]
    before = moments[0] - (moments[1] - moments[0])
    assert read(database, actuals.known_at, everything, before).empty


def test_segments_get_one_id_each(database):
    keys = ['{"region": "North"}', '{"region": "South"}']
    with database.write() as connection:
        first = segments.ids(connection, [*keys, *keys])
        again = segments.ids(connection, [keys[1], "{}"])
        assert segments.keys(connection, first.values()) == {first[key]: key for key in keys}
    assert again == {keys[1]: first[keys[1]], "{}": segments.NONE}


def test_a_large_upload_is_the_same_as_many_small_ones(database):
    ids = samples.define(database, *(samples.kpi(f"k{number}") for number in range(20)))
    days = np.arange(day("2024-01-01"), day("2024-01-01") + 500)
    rows = pd.DataFrame(
        {"kpi_id": np.repeat(list(ids.values()), 500), "period": np.tile(days, 20), "segment_id": 0}
    ).assign(value=np.arange(10_000.0), numerator=np.nan, denominator=np.nan, note=None, row=2)
    _, applied = upload(database, rows.sample(frac=1, random_state=1))
    assert applied == Applied(added=10_000, changed=0, unchanged=0)
    half = rows.assign(value=np.where(rows.index % 2, rows["value"], -1.0))
    _, applied = upload(database, half)
    assert applied == Applied(added=0, changed=5_000, unchanged=5_000)
    assert read(database, rollups.differences).empty
    found = read(
        database, actuals.periods, rows[["kpi_id"]].drop_duplicates().assign(first_day=0, last_day=99_999)
    )
    assert found["sum"].to_numpy().tolist() == half["value"].tolist()
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(actual_history)).scalar_one() == 5_000
    assert day_of(int(days[0])).isoformat() == "2024-01-01"
