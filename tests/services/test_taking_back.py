"""Taking an upload back with the later ones that stand in its way, in one go or not at all."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.services import uploads
from kpidash.services.errors import Standing
from kpidash.services.verification import verify
from kpidash.store import catalogue
from kpidash.store.tables import actual, actual_history, original_kpi, rollup_month, upload, upload_touch
from tests.ingest.company import CATALOGUE, TODAY

SYSTEM = system_scope("system")
ANALYST = scope_of("ann@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)
MONTHS = ("2026-06", "2026-07", "2026-08")


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def put(database, costs, scope=SYSTEM, name="file.csv"):
    """Upload costs by month, and visits by day; the number of the upload, None where nothing was new."""
    rows = [f"{'cost' if len(period) == 7 else 'visits'},{period},{value}" for period, value in costs.items()]
    content = "\n".join(["kpi,period,value", *rows]).encode()
    return uploads.ingest(database, scope, name, content, today=TODAY).upload_id


def values(database):
    """Each value with the upload that gave it."""
    columns = [actual.c[name] for name in ("kpi_id", "period", "value", "source_id")]
    with database.read() as connection:
        return {
            (kpi, period): (value, source)
            for kpi, period, value, source in connection.execute(select(*columns))
        }


def counting(database):
    return {past.upload.id for past in uploads.history(database, SYSTEM) if past.upload.state == "committed"}


def test_later_uploads_of_the_same_values_are_taken_back_first(company):
    before = values(company)
    first = put(company, {"2026-06": 1, "2026-07": 1})
    second = put(company, {"2026-07": 2, "2026-08": 2})
    third = put(company, {"2026-07": 3})
    receipt = uploads.undo(company, SYSTEM, first, with_later=True)
    assert (receipt.state, receipt.undoes, receipt.taken_back) == ("committed", first, (third, second))
    assert values(company) == before
    undone = [past.upload.undoes for past in uploads.history(company, SYSTEM)][:3]
    assert undone == [first, second, third]
    assert len({past.upload.revision for past in uploads.history(company, SYSTEM)[:3]}) == 1
    assert verify(company, SYSTEM).differences == ()


def test_those_in_the_way_of_the_ones_in_the_way_go_too_the_newest_first(company):
    first = put(company, {"2026-06": 1})
    second = put(company, {"2026-06": 2, "2026-07": 2})
    third = put(company, {"2026-07": 3, "2026-08": 3})
    fourth = put(company, {"2026-08": 4})
    refused = uploads.undo(company, SYSTEM, first)
    assert refused.blocked_by == (second,)
    assert [one.id for one in refused.later] == [fourth, third, second]
    assert uploads.undo(company, SYSTEM, first, with_later=True).taken_back == (fourth, third, second)
    assert values(company) == {}


def test_uploads_of_other_values_stay(company):
    put(company, {"2026-08": 1})
    first = put(company, {"2026-06": 1})
    put(company, {"2026-08": 2, "2026-10-01": 9})
    later = put(company, {"2026-06": 3})
    stay = put(company, {"2026-07": 7})
    before = values(company)
    receipt = uploads.undo(company, SYSTEM, first, with_later=True)
    assert receipt.taken_back == (later,)
    gone = {key for key, (_, source) in before.items() if source == later}
    assert values(company) == {key: value for key, value in before.items() if key not in gone}
    assert stay in counting(company)


def test_where_nothing_is_in_the_way_it_is_a_plain_undo(company):
    first = put(company, {"2026-06": 1})
    put(company, {"2026-07": 1})
    receipt = uploads.undo(company, SYSTEM, first, with_later=True)
    assert receipt.taken_back == ()
    assert len(values(company)) == 1


def test_a_refusal_says_who_when_and_which_file(company):
    first = put(company, {"2026-06": 1})
    second = put(company, {"2026-06": 2}, system_scope("ben"), "corrected.csv")
    refused = uploads.undo(company, SYSTEM, first)
    (later,) = refused.later
    assert (later.id, later.actor, later.file_name) == (second, "ben", "corrected.csv")
    assert f"{second}: corrected.csv, by ben, {later.committed_at:%Y-%m-%d %H:%M} UTC" in refused.in_words()
    assert refused.as_json()["later"][0]["actor"] == "ben"


def test_one_that_the_person_may_not_take_back_keeps_all(company):
    first = put(company, {"2026-06": 1}, ANALYST)
    later = put(company, {"2026-06": 2, "2026-10-01": 9})  # visits are for others
    before = values(company)
    assert "may not upload" in uploads.outlook(company, ANALYST, first).problem
    with pytest.raises(NotPermitted):
        uploads.undo(company, ANALYST, first, with_later=True)
    assert values(company) == before
    assert {first, later} <= counting(company)


def test_the_outlook_says_what_would_happen_and_does_nothing(company):
    put(company, {"2026-06": 1})
    second = put(company, {"2026-06": 2, "2026-07": 2})
    seen = uploads.outlook(company, SYSTEM, second)
    assert (seen.restored, seen.removed, seen.later, seen.problem) == (1, 1, (), None)
    third = put(company, {"2026-07": 3})
    revision = company.revision()
    assert [one.id for one in uploads.outlook(company, SYSTEM, second).later] == [third]
    assert company.revision() == revision
    uploads.undo(company, SYSTEM, second, with_later=True)
    assert "undone before" in uploads.outlook(company, SYSTEM, second).problem


def test_targets_that_a_catalogue_set_later_are_named(company):
    target = b"kpi,period,target\ncost,2026-08,7\n"
    first = uploads.ingest(company, SYSTEM, "targets.csv", target, today=TODAY).upload_id
    changed = catalogue_with_target(9)
    with company.write() as connection:
        later = catalogue.save(connection, changed, actor="anna").upload_id
    said = f"Upload {later} set the same values by a catalogue"
    assert said in uploads.outlook(company, SYSTEM, first).problem
    with pytest.raises(Standing, match=said):
        uploads.undo(company, SYSTEM, first, with_later=True)


def catalogue_with_target(value):
    from dataclasses import replace

    from kpidash.domain.catalogue import PeriodTarget
    from kpidash.domain.period import parse_period

    goal = PeriodTarget(period=parse_period("2026-08", 4), value=value)
    kpis = tuple(replace(kpi, targets=(goal,)) if kpi.code == "cost" else kpi for kpi in CATALOGUE.kpis)
    return replace(CATALOGUE, kpis=kpis)


class Model:
    """What each upload did to each key: (before, after), and which uploads count."""

    def __init__(self):
        self.state, self.did, self.counts, self.undoes = {}, {}, {}, {}

    def put(self, number, after, undoes=None):
        self.did[number] = {key: (self.state.get(key), version) for key, version in after.items()}
        self.counts[number], self.undoes[number] = True, undoes
        self.state = {key: v for key, v in {**self.state, **after}.items() if v is not None}

    def in_the_way(self, number):
        return {key for key, (_, after) in self.did[number].items() if self.state.get(key) != after}

    def take_back(self, number, numbers):
        """One upload back; `numbers` gives the number of its undo."""
        counts, earlier = False, number
        while earlier is not None:
            self.counts[earlier] = counts
            counts, earlier = not counts, self.undoes[earlier]
        before = {key: before for key, (before, _) in self.did[number].items()}
        self.put(next(numbers), before, undoes=number)


costs = st.dictionaries(st.sampled_from(MONTHS), st.integers(1, 3), min_size=1, max_size=3)
steps = st.lists(st.one_of(costs, st.tuples(st.booleans(), st.integers(0, 20))), min_size=3, max_size=14)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
@example(
    steps=[
        (False, 0), {"2026-06": 1}, (True, 12), {"2026-06": 1}, (False, 9), (True, 0), (True, 16),
        (False, 14), {"2026-06": 3}, (False, 2), (False, 0), (False, 2), {"2026-06": 1}, (False, 0),
    ]
)  # fmt: skip
def test_any_chain_ends_as_if_undone_by_hand(company, steps):
    empty(company)
    model = Model()
    for step in steps:
        if isinstance(step, dict):
            number = put(company, step)
            new = {key(period): (value, number) for period, value in step.items()}
            if number is not None:
                kept = {k: v for k, v in new.items() if model.state.get(k, (None,))[0] != v[0]}
                model.put(number, kept)
        else:
            chain(company, model, *step)
        found = {period: version for (_, period), version in values(company).items()}
        assert found == model.state
        assert counting(company) == {number for number, counts in model.counts.items() if counts}
    assert verify(company, SYSTEM).differences == ()


def chain(database, model, oldest, which):
    """Take one of the counting uploads back with what is in its way, here and in the model."""
    open_ = sorted(number for number, counts in model.counts.items() if counts)
    if not open_:
        return
    number = open_[0 if oldest else which % len(open_)]
    promised = [one.id for one in uploads.outlook(database, SYSTEM, number).later]
    receipt = uploads.undo(database, SYSTEM, number, with_later=True)
    assert receipt.state == "committed"
    taken = [*receipt.taken_back, number]
    assert taken == sorted(taken, reverse=True)
    assert promised == list(receipt.taken_back)
    made = iter(range(receipt.upload_id - len(taken) + 1, receipt.upload_id + 1))
    for at, one in enumerate(taken):
        assert not model.in_the_way(one)
        if at < len(taken) - 1:
            assert any(model.did[one].keys() & model.did[smaller].keys() for smaller in taken[at + 1 :])
        model.take_back(one, made)


def key(period):
    from kpidash.domain.calendars import day_number
    from kpidash.domain.period import parse_period

    return day_number(parse_period(period, 4).start)


def empty(database):
    with database.write() as connection:
        for table in (actual, actual_history, rollup_month, upload_touch, original_kpi, upload):
            connection.execute(delete(table))
