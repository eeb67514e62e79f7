"""Any sequence of uploads, previews, undos and retries leaves what a model in plain dictionaries says.

By hand, for longer and on PostgreSQL: `python -m tests.integrity.test_any_sequence EXAMPLES STEPS [URL]`.
"""

import shutil
import sys
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from kpidash.domain.access import system_scope
from kpidash.domain.calendars import day_number, month_of
from kpidash.domain.period import parse_period
from kpidash.services import uploads
from kpidash.services.errors import WrongQuestion
from kpidash.services.verification import verify
from kpidash.store import actuals, catalogue, rollups, segments, targets
from kpidash.store import uploads as stored_uploads
from kpidash.store.engine import Database
from kpidash.store.tables import (
    actual,
    actual_history,
    original,
    original_kpi,
    original_part,
    rollup_month,
    target,
    target_history,
    upload,
    upload_touch,
)
from tests.ingest.company import CATALOGUE, TODAY
from tests.integrity.model import Key, Model, Shown, Told, sums

ANNA = system_scope("anna")
START = CATALOGUE.company.fiscal_year_start
# The first week begins in September and belongs to October, the second begins in August.
PERIODS = {
    "revenue": ("2026-08", "2026-09"),
    "visits": ("2026-08-31", "2026-09-01", "2026-09-30"),
    "defects": ("2026-W40", "2026-W36"),
    "csat": ("2026-09-30", "2026-10-01"),
}
TARGETS = {"cost": ("FY2026", "2026-10"), "handle-time": ("2026-10", "2027-Q1")}
EVERYTHING = (
    upload_touch, original_kpi, original_part, original, actual, actual_history, rollup_month, target,
    target_history, upload,
)  # fmt: skip

numbers = st.sampled_from([0.0, 1.0, 2.5, -3.0, 0.1])
notes = st.sampled_from([None, None, "strike", "late"])


@st.composite
def reported(draw):
    """One row of actuals."""
    kpi = draw(st.sampled_from(sorted(PERIODS)))
    region = draw(st.sampled_from(["North", "South"])) if kpi in {"revenue", "csat"} else ""
    key = Key("actuals", kpi, draw(st.sampled_from(PERIODS[kpi])), region)
    if kpi != "csat":
        return key, Told((draw(numbers), None, None), draw(notes))
    above, below = draw(st.sampled_from([(9.0, 10.0), (1.0, 4.0), (18.0, 20.0)]))
    return key, Told((100 * above / below, above, below), draw(notes))


@st.composite
def aimed(draw):
    """One row of targets."""
    kpi = draw(st.sampled_from(sorted(TARGETS)))
    key = Key("targets", kpi, draw(st.sampled_from(TARGETS[kpi])))
    value = draw(numbers)
    return key, Told((None, value, value + 1) if kpi == "handle-time" else (value, None, None))


files = st.one_of(
    st.lists(reported(), min_size=1, max_size=8), st.lists(aimed(), min_size=1, max_size=4)
).map(dict)


def text_of(rows, more=""):
    """A tidy file of the rows."""
    kinds = {key.kind for key in rows}
    assert len(kinds) == 1
    if kinds == {"targets"}:
        lines = [",".join((key.kpi, key.period, *_cells(told.numbers))) for key, told in rows.items()]
        return "\n".join(["kpi,period,target,low,high", *lines]) + more
    lines = []
    for key, told in rows.items():
        value, above, below = _cells(told.numbers)
        client = "Acme" if key.kpi == "csat" else ""
        cells = (key.kpi, key.period, "" if above else value, above, below, key.region, client)
        lines.append(",".join((*cells, told.note or "")))
    return "\n".join(["kpi,period,value,numerator,denominator,region,client,note", *lines]) + more


def _cells(values):
    return ["" if value is None else repr(value) for value in values]


def words(key):
    """A key as people read it in a refusal."""
    if key.kind == "targets" or not key.region:
        return f"{key.kpi} {key.period}"
    where = f"client=Acme, region={key.region}" if key.kpi == "csat" else f"region={key.region}"
    return f"{key.kpi} {key.period} {where}"


class Uploads(RuleBasedStateMachine):
    """One person at work; several previews may be open at once, so that they get in each other's way."""

    database: Database
    texts = Bundle("texts")
    previews = Bundle("previews")

    def __init__(self):
        super().__init__()
        with self.database.write() as connection:
            catalogue.save(connection, CATALOGUE, actor="anna")
            for table in EVERYTHING:
                connection.execute(delete(table))
        self.model = Model()
        self.keys = count()
        self.moments = {}
        with self.database.read() as connection:
            self.ids = catalogue.load(connection).ids

    @rule(target=texts, rows=files)
    def upload_a_file(self, rows):
        self._uploaded(rows, text_of(rows))
        return rows

    @rule(rows=texts)
    def upload_a_file_again(self, rows):
        self._uploaded(rows, text_of(rows))

    @rule(rows=files)
    def upload_only_the_valid_rows(self, rows):
        wrong = "\nrevenue,2026-08,much,,,North,,\n"
        if next(iter(rows)).kind == "targets":
            wrong = "\ncost,2026-13,1,,\n"
        text = text_of({key: rows[key] for key in rows if words(key) != words(_WRONG)} or rows, wrong)
        rows = {key: told for key, told in rows.items() if words(key) != words(_WRONG)} or rows
        before = self.database.revision()
        refused = self._ingest(text)
        assert (refused.state, refused.rejected, self.database.revision()) == ("refused", 1, before)
        shown = self.model.shown(rows)
        receipt = self._ingest(text, accept_valid=True)
        self._took(receipt, shown, rejected=1)

    @rule(target=previews, rows=st.one_of(files, texts))
    def look_at_a_preview(self, rows):
        before = self.database.revision()
        shown = uploads.preview(self.database, ANNA, "file.csv", text_of(rows).encode(), today=TODAY)
        expected = self.model.shown(rows)
        assert (len(shown.changes.added), len(shown.changes.changed)) == (
            len(expected.added),
            len(expected.changed),
        )
        assert self.database.revision() == before
        return shown, expected

    @rule(opened=consumes(previews))
    def commit_a_preview(self, opened):
        shown, expected = opened
        moved, before = self.model.moved(expected), self.database.revision()
        receipt = uploads.commit(self.database, ANNA, shown)
        if moved and (expected.added or expected.changed):
            note(f"moved: {moved}")
            assert receipt.state == "refused"
            assert set(receipt.conflicts) == {words(key) for key in moved}
            assert self.database.revision() == before
            return
        self._took(receipt, expected)
        if receipt.state == "committed":
            before = self.database.revision()
            assert uploads.commit(self.database, ANNA, shown) == receipt
            assert self.database.revision() == before

    @precondition(lambda self: self.model.uploads)
    @rule(which=st.integers(0, 30))
    def undo(self, which):
        number = sorted(self.model.uploads, reverse=True)[which % len(self.model.uploads)]
        before = self.database.revision()
        if not self.model.uploads[number].counts:
            with pytest.raises(WrongQuestion, match="undone before"):
                uploads.undo(self.database, ANNA, number)
            assert self.database.revision() == before
            return
        receipt = uploads.undo(self.database, ANNA, number)
        if self.model.in_the_way(number):
            assert (receipt.state, self.database.revision()) == ("refused", before)
            self._named_rightly(number, receipt.blocked_by)
            return
        assert receipt.state == "committed"
        self.model.undo(number, receipt.upload_id)

    @precondition(lambda self: self.model.uploads)
    @rule(which=st.integers(0, 30))
    def undo_with_what_came_later(self, which):
        """Following what refusals say leads to the undo of the upload."""
        number = sorted(self.model.uploads, reverse=True)[which % len(self.model.uploads)]
        if not self.model.uploads[number].counts:
            return
        open_, tries = [number], 0
        while open_:
            tries += 1
            assert tries < 300, f"undo goes round in circles: {open_[-8:]}"
            if not self.model.uploads[open_[-1]].counts:
                open_.pop()
                continue
            receipt = uploads.undo(self.database, ANNA, open_[-1])
            if receipt.state == "refused":
                self._named_rightly(open_[-1], receipt.blocked_by)
                open_ += reversed(receipt.blocked_by)
            else:
                self.model.undo(open_.pop(), receipt.upload_id)

    @invariant()
    def the_values_are_those_of_the_model(self):
        found = self._held()
        assert found == {key: tuple(version) for key, version in self.model.state.items()}

    @invariant()
    def the_rollups_agree(self):
        assert verify(self.database, ANNA).differences == ()
        months = {}
        for (kpi, period), value in sums(self.model.state, PERIODS).items():
            first = day_number(parse_period(period, START).start)
            place = self.ids[kpi], int(month_of(pd.array([first + 3 * (kpi == "defects")]))[0])
            months[place] = months.get(place, 0.0) + value
        ranges = pd.DataFrame({"kpi_id": list(self.ids.values()), "first_month": 0, "last_month": 2000})
        with self.database.read() as connection:
            rows = rollups.read(connection, ranges)
        kept = {(row.kpi_id, row.month): row.sum for row in rows.itertuples(index=False)}
        assert kept == pytest.approx(months)

    @invariant()
    def the_history_agrees(self):
        with self.database.read() as connection:
            found = {one.id: one for one in stored_uploads.recent(connection, 1000)}
        assert sorted(found) == sorted(self.model.uploads)
        for number, one in self.model.uploads.items():
            kept = found[number]
            assert (kept.kind, kept.undoes) == (one.kind, one.undoes)
            assert (kept.state == "committed") == one.counts, f"upload {number} is {kept.state}"
            assert (kept.added, kept.changed, kept.unchanged) == (one.added, one.changed, one.unchanged)
            self.moments[number] = kept.committed_at

    @invariant()
    def nothing_stands_that_was_undone(self):
        sources = {version.source for version in self.model.state.values()}
        assert all(self.model.uploads[number].counts for number in sources)

    @precondition(lambda self: self.model.past)
    @rule(which=st.integers(0, 30))
    def look_at_what_was_known(self, which):
        at = which % len(self.model.past)
        number, state = self.model.past[at]
        earlier = self.model.past[at - 1][1] if at else {}
        self._was_known(self.moments[number], state)
        self._was_known(self.moments[number] - timedelta(microseconds=1), earlier)

    def _was_known(self, moment, state):
        pairs = pd.DataFrame(
            {"kpi_id": [self.ids[kpi] for kpi in PERIODS], "first_day": 0, "last_day": 99_999}
        )
        expected = {
            (self.ids[kpi], day_number(parse_period(period, START).start)): value
            for (kpi, period), value in sums(state, PERIODS).items()
        }
        aims = {
            (self.ids[key.kpi], key.period): version.told.numbers
            for key, version in state.items()
            if key.kind == "targets"
        }
        with self.database.read() as connection:
            rows = actuals.known_at(connection, pairs, moment)
            goals = targets.of_rows(targets.rows(connection, known_at=moment))
        found = {(row.kpi_id, row.period): row.sum for row in rows.itertuples(index=False)}
        assert found == pytest.approx(expected)
        assert aims == {
            (kpi, goal.period.label(START)): (goal.value, goal.low, goal.high)
            for kpi, all_ in goals.items()
            for goal in all_
        }

    def _uploaded(self, rows, text):
        shown, key = self.model.shown(rows), f"key-{next(self.keys)}"
        receipt = self._ingest(text, idempotency_key=key)
        self._took(receipt, shown)
        before = self.database.revision()
        again = self._ingest(text, idempotency_key=key)
        assert self.database.revision() == before
        assert again.state == ("committed" if receipt.state == "committed" else "unchanged")
        assert again.upload_id == receipt.upload_id

    def _took(self, receipt, shown: Shown, rejected=0):
        """The receipt says what the model expects; the model takes the upload over."""
        written = len(shown.added) + len(shown.changed)
        assert receipt.state == ("committed" if written else "unchanged")
        counts = receipt.added, receipt.changed, receipt.unchanged, receipt.rejected
        expected = len(shown.added), len(shown.changed), len(shown.rows) - written
        assert counts == (*expected, rejected)
        if written:
            self.model.commit(receipt.upload_id, shown)

    def _named_rightly(self, number, blocked_by):
        """Uploads that stand in the way are later ones that count, the newest first."""
        assert blocked_by
        assert list(blocked_by) == sorted(set(blocked_by), reverse=True)
        for one in blocked_by:
            assert one > number
            assert self.model.uploads[one].counts, f"upload {one} was undone before"
            assert self.model.uploads[one].did.keys() & self.model.in_the_way(number)

    def _ingest(self, text, **more):
        return uploads.ingest(self.database, ANNA, "file.csv", text.encode(), today=TODAY, **more)

    def _held(self):
        """All current values as the model writes them."""
        codes = {number: code for code, number in self.ids.items()}
        found = {}
        with self.database.read() as connection:
            named = {number: key for key, number in segments.known(connection).items()}
            for row in connection.execute(select(actual)):
                region = named[row.segment_id].partition('"region":"')[2].partition('"')[0]
                kpi = codes[row.kpi_id]
                period = _label(PERIODS[kpi], row.period)
                told = Told((row.value, row.numerator, row.denominator), row.note)
                found[Key("actuals", kpi, period, region)] = (told, row.source_id)
            for row in connection.execute(select(target)):
                kpi = codes[row.kpi_id]
                period = _label(TARGETS[kpi], row.period, row.kind)
                found[Key("targets", kpi, period)] = (Told((row.value, row.low, row.high)), row.source_id)
        return found


_WRONG = Key("actuals", "revenue", "2026-08", "North")


def _label(labels, first_day, rank=None):
    """The one of the labels that begins on a day."""
    periods = {label: parse_period(label, START) for label in labels}
    (found,) = [
        label
        for label, period in periods.items()
        if day_number(period.start) == first_day and rank in {None, period.frequency.rank}
    ]
    return found


def run(database, *, examples, steps, phases=tuple(Phase)):
    """Let the machine work on a database."""
    machine = type("Machine", (Uploads,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=phases,
        ),
    )


def test_any_sequence_leaves_what_the_model_says(sqlite_template, tmp_path):
    file = tmp_path / "kpidash.db"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    run(database, examples=15, steps=12, phases=(Phase.generate,))
    database.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        opened = Database(sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{Path(folder) / 'long.db'}")
        opened.upgrade()
        run(opened, examples=int(sys.argv[1]), steps=int(sys.argv[2]))
        opened.dispose()
