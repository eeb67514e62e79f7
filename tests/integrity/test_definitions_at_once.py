"""Definitions that change while others change them, or upload: nothing is judged by what is no more."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kpidash.domain.access import system_scope
from kpidash.services import catalogues, uploads
from kpidash.services.verification import verify
from kpidash.store import catalogue
from kpidash.store import uploads as stored_uploads
from kpidash.store.engine import Database
from tests.ingest.company import TODAY

ANNA, BEN = system_scope("anna"), system_scope("ben")
HEAD = """\
company: {name: Small, currency: INR, fiscal_year_start: 4}
departments: [{code: sales, name: Sales}]
kras: [{code: growth, department: sales, name: Growth}]
kpis:
"""
KPI = "  - {{code: {code}, kra: growth, name: {name}, unit: number, direction: increase, {more}}}\n"
MONTHLY, DAILY = ("frequency: monthly, aggregation: sum", "frequency: daily, aggregation: sum")


def definitions(*kpis):
    """A catalogue file with the KPIs (code, name, further fields)."""
    return (HEAD + "".join(KPI.format(code=code, name=name, more=more) for code, name, more in kpis)).encode()


def apply(database, scope, content, *, prune=False):
    return catalogues.apply_catalogue(database, scope, content, dry_run=False, prune=prune)


def loaded(database):
    with database.read() as connection:
        return catalogue.load(connection).catalogue


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def at_once(*calls):
    """What the calls return when they begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait(timeout=10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("turn", range(3))
def test_two_administrators_who_apply_at_once_both_succeed(database, other, turn):
    same = ("calls", "Calls", MONTHLY)
    apply(database, ANNA, definitions(*((f"kpi-{number}", "Old", MONTHLY) for number in range(40)), same))
    forth = [(f"kpi-{number}", "Anna", MONTHLY) for number in range(40)]
    back = [(f"kpi-{number}", "Ben", MONTHLY) for number in reversed(range(40))]
    outcomes = at_once(
        lambda: apply(database, ANNA, definitions(*forth, ("anna", "Anna", MONTHLY))),
        lambda: apply(other, BEN, definitions(*back, ("ben", "Ben", MONTHLY))),
    )
    assert [outcome.state for outcome in outcomes] == ["applied", "applied"]
    found = loaded(database)
    assert {"calls", "anna", "ben"} < {kpi.code for kpi in found.kpis}
    # one after the other: never some of the names of each
    assert len({kpi.name for kpi in found.kpis if kpi.code.startswith("kpi-")}) == 1
    assert verify(database, ANNA).differences == ()


@pytest.mark.parametrize("turn", range(3))
def test_what_one_administrator_takes_away_the_other_does_not_build_on(database, other, turn):
    costs = ("costs", "Costs", MONTHLY)
    calls = ("calls", "Calls", MONTHLY)
    rate = ("rate", "Rate", f"{MONTHLY}, formula: '{{costs}} / {{calls}}'")
    apply(database, ANNA, definitions(costs, calls))
    taken, built = at_once(
        lambda: apply(database, ANNA, definitions(calls), prune=True),
        lambda: apply(other, BEN, definitions(rate)),
    )
    codes = {kpi.code for kpi in loaded(database).kpis}
    assert codes in ({"calls"}, {"costs", "calls", "rate"})
    assert taken.state == "applied" or built.state == "applied"


def test_a_kpi_is_not_redefined_while_its_first_values_are_on_the_way(database, other):
    apply(database, ANNA, definitions(("calls", "Calls", DAILY)))
    shown = uploads.preview(database, ANNA, "f.csv", b"kpi,period,value\ncalls,2026-10-14,5\n", today=TODAY)
    with ThreadPoolExecutor(2) as pool:
        with held_back(database, "anna:once") as release:
            commit = pool.submit(uploads.commit, other, ANNA, shown, idempotency_key="once")
            time.sleep(0.5)
            redefine = pool.submit(apply, other, BEN, definitions(("calls", "Calls", MONTHLY)))
            time.sleep(0.5)
            release()
        receipt, outcome = commit.result(timeout=60), redefine.result(timeout=60)
    # whoever came first; the other one was told
    assert (receipt.state, outcome.state) in {("committed", "refused"), ("refused", "applied")}
    assert verify(database, ANNA).differences == ()


class held_back:  # noqa: N801 - reads as what it does
    """Keeps commits with an idempotency key waiting until `release`, on PostgreSQL; on SQLite all commits."""

    def __init__(self, database, key):
        self.database, self.key = database, key
        self.done = threading.Event()
        self.ready = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self._hold)
        self.thread.start()
        assert self.ready.wait(timeout=10)
        return self.done.set

    def __exit__(self, *_error):
        self.done.set()
        self.thread.join()

    def _hold(self):
        try:
            with self.database.write() as connection:
                kind = stored_uploads.Kind.ACTUALS
                stored_uploads.insert(connection, kind=kind, actor="x", idempotency_key=self.key)
                self.ready.set()
                self.done.wait(timeout=30)
                raise _DroppedError
        except _DroppedError:
            pass


class _DroppedError(Exception):
    pass


@pytest.mark.parametrize("turn", range(3))
def test_uploads_and_definitions_at_once_both_get_through(database, other, turn):
    many = [(f"kpi-{number}", "Old", DAILY) for number in range(60)]
    apply(database, ANNA, definitions(*many))
    rows = "".join(f"kpi-{number},2026-10-{day:02d},{day}\n" for number in range(60) for day in range(1, 15))
    content = f"kpi,period,value\n{rows}".encode()
    renamed = [(code, "New", more) for code, _, more in reversed(many)]
    receipt, outcome = at_once(
        lambda: uploads.ingest(database, ANNA, "f.csv", content, today=TODAY),
        lambda: apply(other, BEN, definitions(*renamed)),
    )
    assert (receipt.state, outcome.state) == ("committed", "applied")
    assert verify(database, ANNA).differences == ()


def test_a_target_that_a_catalogue_changed_since_the_preview_is_a_conflict(database):
    goal = MONTHLY + ", targets: [{{period: 2026-10, value: {value}}}]"
    apply(database, ANNA, definitions(("calls", "Calls", goal.format(value=5))))
    text = b"kpi,period,target\ncalls,2026-10,9\ncalls,2026-11,9\n"
    shown = uploads.preview(database, ANNA, "f.csv", text, today=TODAY)
    apply(database, BEN, definitions(("calls", "Calls", goal.format(value=6))))
    refused = uploads.commit(database, ANNA, shown)
    assert (refused.state, refused.conflicts) == ("refused", ("calls 2026-10",))
    assert uploads.ingest(database, ANNA, "f.csv", text, today=TODAY).changed == 1
