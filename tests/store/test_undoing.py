"""Undo, and a replayed model that the database must agree with after any sequence of uploads and undos."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kpidash.domain.catalogue import PeriodTarget
from kpidash.domain.period import Frequency, parse_period
from kpidash.store import actuals, rollups, targets, undoing, uploads
from kpidash.store.tables import actual, actual_history, rollup_month, upload, upload_touch
from tests.store import samples
from tests.store.samples import changes, day, values_of


@pytest.fixture
def calls(database):
    return samples.define(database, samples.kpi("calls"))["calls"]


def plan(database, number):
    with database.read() as connection:
        return undoing.plan(connection, actuals.KEPT, number)


def undo(database, number):
    """Undo an upload of actuals as the services do; returns the id of the undo."""
    with database.write() as connection:
        assert uploads.mark_undone(connection, number)
        made = uploads.insert(connection, kind=uploads.Kind.UNDO, actor="analyst", undoes=number)
        found = undoing.plan(connection, actuals.KEPT, number, lock=True)
        assert found.conflicts.empty
        actuals.remove(connection, found.remove, made)
        actuals.apply(connection, found.restore, made)
        rollups.refresh(connection, pd.concat([found.remove, found.restore]))
    return made


def test_undo_brings_back_what_was_there_before(database, calls):
    samples.upload(database, changes((calls, "2026-10-14", 5)))
    second, _ = samples.upload(database, changes((calls, "2026-10-14", 6), (calls, "2026-10-15", 1)))
    undo(database, second)
    assert values_of(database, calls) == {day("2026-10-14"): 5}


def test_a_restored_value_keeps_the_upload_and_row_that_it_came_from(database, calls):
    first, _ = samples.upload(database, changes((calls, "2026-10-14", 5), row=17, note="by hand"))
    second, _ = samples.upload(database, changes((calls, "2026-10-14", 6)))
    made = undo(database, second)
    with database.read() as connection:
        rows = actuals.segments(connection, calls, 0, 99_999)
    assert rows[["value", "note", "upload_id", "source_id", "row"]].to_numpy().tolist() == [
        [5, "by hand", made, first, 17]
    ]


def test_a_restored_note_comes_back_even_where_it_was_none(database, calls):
    samples.upload(database, changes((calls, "2026-10-14", 5)))
    second, _ = samples.upload(database, changes((calls, "2026-10-14", 5), note="strike"))
    undo(database, second)
    with database.read() as connection:
        assert actuals.segments(connection, calls, 0, 99_999)["note"].tolist() == [None]


def test_a_later_upload_stands_in_the_way_and_is_named(database, calls):
    first, _ = samples.upload(database, changes((calls, "2026-10-14", 5), (calls, "2026-10-15", 5)))
    second, _ = samples.upload(database, changes((calls, "2026-10-15", 6)))
    found = plan(database, first).conflicts
    assert found[["period", "upload_id"]].to_numpy().tolist() == [[day("2026-10-15"), second]]


def test_uploads_can_be_undone_from_the_newest_to_the_oldest(database, calls):
    numbers = [samples.upload(database, changes((calls, "2026-10-14", value)))[0] for value in (5, 6, 7)]
    for number, left in zip(reversed(numbers), ([6], [5], []), strict=True):
        undo(database, number)
        assert list(values_of(database, calls).values()) == left


def test_an_undo_can_be_undone(database, calls):
    samples.upload(database, changes((calls, "2026-10-14", 5)))
    second, _ = samples.upload(database, changes((calls, "2026-10-14", 6), (calls, "2026-10-15", 1)))
    undo(database, undo(database, second))
    assert values_of(database, calls) == {day("2026-10-14"): 6, day("2026-10-15"): 1}


def test_a_key_that_was_taken_away_and_set_again_stands_in_the_way_of_undoing_the_undo(database, calls):
    first, _ = samples.upload(database, changes((calls, "2026-10-14", 5)))
    made = undo(database, first)
    third, _ = samples.upload(database, changes((calls, "2026-10-14", 9)))
    assert plan(database, made).conflicts["upload_id"].tolist() == [third]


def test_an_upload_is_undone_once(database, calls):
    number, _ = samples.upload(database, changes((calls, "2026-10-14", 5)))
    with database.write() as connection:
        assert uploads.mark_undone(connection, number)
        assert not uploads.mark_undone(connection, number)
        assert uploads.mark_committed(connection, number)


def test_targets_are_undone_in_the_same_way(database, calls):
    goals = [PeriodTarget(period=parse_period("2026-10"), value=value) for value in (5.0, 6.0)]
    numbers = []
    for goal in goals:
        with database.write() as connection:
            numbers.append(uploads.insert(connection, kind=uploads.Kind.TARGETS, actor="analyst"))
            targets.apply(connection, targets.columns_of([(calls, goal)]), numbers[-1])
    with database.write() as connection:
        found = undoing.plan(connection, targets.KEPT, numbers[1])
        made = uploads.insert(connection, kind=uploads.Kind.UNDO, actor="analyst", undoes=numbers[1])
        targets.apply(connection, found.restore, made)
        assert targets.of_rows(targets.rows(connection)) == {calls: (goals[0],)}
        assert len(undoing.plan(connection, targets.KEPT, numbers[0]).remove) == 1


Key = tuple[int, int, int]
Version = tuple[float, int]


@dataclass
class Model:
    """What the database should hold: versions (value, source) by key, and what each upload did to them."""

    state: dict[Key, Version] = field(default_factory=dict)
    did: dict[int, dict[Key, tuple[Version | None, Version | None]]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def apply(self, number: int, rows: dict[Key, float]) -> None:
        told = {key: (value, number) for key, value in rows.items()}
        self.put(number, {k: v for k, v in told.items() if k not in self.state or self.state[k][0] != v[0]})

    def put(self, number: int, versions: dict[Key, Version | None]) -> None:
        self.did[number] = {key: (self.state.get(key), after) for key, after in versions.items()}
        for key, after in versions.items():
            self.state.pop(key, None)
            if after is not None:
                self.state[key] = after

    def conflicts(self, number: int) -> set[Key]:
        return {key for key, (_, after) in self.did[number].items() if self.state.get(key) != after}

    def undo(self, number: int, made: int) -> None:
        self.undone.add(number)
        self.put(made, {key: before for key, (before, _) in self.did[number].items()})


days = st.sampled_from([day(one) for one in ("2026-09-28", "2026-10-05", "2026-10-26", "2026-11-30")])
rows = st.dictionaries(
    st.tuples(st.integers(0, 1), days, st.integers(0, 1)),
    st.sampled_from([0.0, 1.0, 2.5]),
    min_size=1,
    max_size=6,
)
steps = st.lists(st.one_of(rows, st.integers(0, 9)), min_size=1, max_size=9)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_any_uploads_and_undos_leave_what_the_model_says(database, steps):
    ids = list(
        samples.define(database, samples.kpi("calls"), samples.kpi("hires", Frequency.WEEKLY)).values()
    )
    _empty(database)
    model, past = Model(), []
    for step in steps:
        number = _take(database, model, step, ids)
        if number is not None:
            assert _state(database, ids) == model.state
            past.append((_committed(database, number), dict(model.state)))
    with database.read() as connection:
        assert rollups.differences(connection).empty
        everything = pd.DataFrame({"kpi_id": ids, "first_day": 0, "last_day": 99_999})
        for moment, state in past:
            assert _sums(actuals.known_at(connection, everything, moment)) == _sums_of(state)
        assert _sums(actuals.periods(connection, everything)) == _sums_of(model.state)


def _take(database, model, step, ids):
    """One step in the database and in the model; returns the upload that it made, if any."""
    if isinstance(step, dict):
        told = {(ids[kpi], start, segment): value for (kpi, start, segment), value in step.items()}
        kpis, starts, segments = (np.array(part, np.int64) for part in zip(*told, strict=True))
        frame = changes(*zip(kpis.tolist(), starts.tolist(), told.values(), strict=True), segment_id=segments)
        number, _ = samples.upload(database, frame)
        model.apply(number, told)
        return number
    open_ = [number for number in model.did if number not in model.undone]
    if not open_:
        return None
    number = open_[step % len(open_)]
    found = plan(database, number).conflicts
    assert set(found[actuals.KEPT.key].itertuples(index=False, name=None)) == model.conflicts(number)
    if len(found):
        return None
    made = undo(database, number)
    model.undo(number, made)
    return made


def _empty(database):
    with database.write() as connection:
        for table in (actual, actual_history, rollup_month, upload_touch, upload):
            connection.execute(delete(table))


def _state(database, ids):
    found = {}
    with database.read() as connection:
        for kpi in ids:
            kept = actuals.segments(connection, kpi, 0, 99_999)
            for row in kept.itertuples():
                found[kpi, row.period, row.segment_id] = (row.value, row.source_id)
    return found


def _committed(database, number):
    with database.read() as connection:
        return uploads.find(connection, number).committed_at


def _sums(periods):
    return dict(zip(zip(periods["kpi_id"], periods["period"], strict=True), periods["sum"], strict=True))


def _sums_of(state):
    found = {}
    for (kpi, start, _), (value, _) in state.items():
        found[kpi, start] = found.get((kpi, start), 0) + value
    return found
