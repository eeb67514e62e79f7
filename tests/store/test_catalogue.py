"""Saving and loading definitions."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import select

from kpidash.domain.catalogue import Catalogue, Company, Direction, PeriodTarget
from kpidash.domain.period import Frequency, parse_period
from kpidash.store import catalogue as stored
from kpidash.store import rollups, targets, uploads
from kpidash.store.catalogue import Difference
from kpidash.store.tables import kpi
from tests.store import samples
from tests.store.samples import rich_kpi

NEW = PeriodTarget(period=parse_period("2026-11"), value=7.0)


def save(database, catalogue, **given):
    with database.write() as connection:
        return stored.save(connection, catalogue, actor="admin", **given)


def load(database, **given):
    with database.read() as connection:
        return stored.load(connection, **given)


def with_target(one, *given):
    return replace(one, targets=given)


def test_an_empty_database_holds_the_empty_catalogue(database):
    assert load(database).catalogue == Catalogue.empty()


def test_everything_that_is_saved_is_loaded_again(database):
    catalogue = samples.catalogue(rich_kpi(), samples.kpi("calls", Frequency.WEEKLY))
    saved = save(database, catalogue)
    found = load(database)
    goals = {one.code: set(one.targets) for one in catalogue.kpis}
    assert {one.code: set(one.targets) for one in found.catalogue.kpis} == goals
    assert _without_targets(found.catalogue) == _without_targets(catalogue)
    assert saved.kpis == Difference(added=("revenue", "calls"))
    assert saved.departments == Difference(added=("all", "sales"))
    assert saved.company
    assert set(found.ids) == {"revenue", "calls"}


def _without_targets(catalogue):
    return replace(catalogue, kpis=tuple(replace(one, targets=()) for one in catalogue.kpis))


def test_saving_the_same_again_changes_nothing_not_even_the_revision(database):
    catalogue = samples.catalogue(rich_kpi(), samples.kpi("calls"))
    save(database, catalogue)
    before = database.revision()
    assert save(database, catalogue).nothing
    assert database.revision() == before


def test_what_changed_is_told_by_code(database):
    save(database, samples.catalogue(rich_kpi(), samples.kpi("calls"), samples.kpi("leads")))
    changed = samples.catalogue(
        replace(rich_kpi(), benchmarks=()),
        replace(samples.kpi("calls"), weight=3.0),
        samples.kpi("leads", targets=(NEW,)),
    )
    saved = save(database, replace(changed, company=Company(name="Other")))
    assert saved.kpis == Difference(changed=("revenue", "calls", "leads"))
    assert saved.departments == saved.kras == Difference()
    assert saved.company


def test_what_a_file_does_not_name_stays_where_it_stood(database):
    save(database, samples.catalogue(samples.kpi("a"), samples.kpi("b"), samples.kpi("c")))
    save(database, samples.catalogue(samples.kpi("d"), replace(samples.kpi("b"), name="Other")))
    assert [one.code for one in load(database).catalogue.kpis] == ["a", "b", "c", "d"]
    assert load(database).catalogue.kpi("b").name == "Other"


def test_a_file_that_names_all_gives_the_order(database):
    save(database, samples.catalogue(samples.kpi("a"), samples.kpi("b")))
    saved = save(database, samples.catalogue(samples.kpi("b"), samples.kpi("new"), samples.kpi("a")))
    assert [one.code for one in load(database).catalogue.kpis] == ["b", "new", "a"]
    assert saved.kpis == Difference(added=("new",))


def test_pruning_retires_kpis_and_deletes_kras_and_departments(database):
    ids = samples.define(database, samples.kpi("a"), samples.kpi("b"))
    samples.upload(database, samples.changes((ids["b"], "2026-10-14", 5.0)))
    saved = save(database, Catalogue(company=samples.catalogue().company), prune=True)
    assert saved.kpis == Difference(removed=("a", "b"))
    assert saved.kras == Difference(removed=("growth",))
    assert saved.departments == Difference(removed=("all", "sales"))
    assert load(database).catalogue.kpis == ()
    assert samples.values_of(database, ids["b"]) == {samples.day("2026-10-14"): 5.0}


def test_a_retired_kpi_comes_back_under_its_id(database):
    before = samples.define(database, samples.kpi("a"), samples.kpi("b"))
    save(database, samples.catalogue(samples.kpi("a")), prune=True)
    assert load(database).ids == {"a": before["a"]}
    saved = save(database, samples.catalogue(samples.kpi("a"), samples.kpi("b")))
    assert saved.kpis == Difference(added=("b",))
    assert load(database).ids == before


def test_targets_that_a_file_drops_stay_unless_pruned(database):
    kept = PeriodTarget(period=parse_period("2026-10"), value=5.0)
    save(database, samples.catalogue(with_target(samples.kpi("a"), kept, NEW)))
    save(database, samples.catalogue(with_target(samples.kpi("a"), kept)))
    assert load(database).catalogue.kpi("a").targets == (kept, NEW)
    saved = save(database, samples.catalogue(with_target(samples.kpi("a"), kept)), prune=True)
    assert saved.kpis == Difference(changed=("a",))
    assert load(database).catalogue.kpi("a").targets == (kept,)


def test_pruning_leaves_targets_that_people_uploaded(database):
    ids = samples.define(database, samples.kpi("a"))
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.TARGETS, actor="analyst")
        targets.apply(connection, targets.columns_of([(ids["a"], NEW)]), number)
    assert save(database, samples.catalogue(samples.kpi("a")), prune=True).nothing
    assert load(database).catalogue.kpi("a").targets == (NEW,)


def test_a_changed_target_is_kept_as_a_batch_with_the_earlier_one_in_history(database):
    first = save(database, samples.catalogue(with_target(samples.kpi("a"), NEW)))
    between = _committed(database, first.upload_id)
    higher = replace(NEW, value=9.0)
    second = save(database, samples.catalogue(with_target(samples.kpi("a"), higher)), file_name="goals.yaml")
    assert load(database).catalogue.kpi("a").targets == (higher,)
    assert load(database, known_at=between).catalogue.kpi("a").targets == (NEW,)
    with database.read() as connection:
        batch = uploads.find(connection, second.upload_id)
    assert (batch.kind, batch.file_name, batch.added, batch.changed) == ("catalogue", "goals.yaml", 0, 1)


def _committed(database, number):
    with database.read() as connection:
        return uploads.find(connection, number).committed_at


def test_fiscal_periods_keep_their_days(database):
    quarter = PeriodTarget(period=parse_period("2026-Q3", 4), value=15.5)
    save(database, samples.catalogue(samples.kpi("a", targets=(quarter,))))
    (found,) = load(database).catalogue.kpi("a").targets
    assert (found.period.start, found.period.end) == (date(2026, 10, 1), date(2027, 1, 1))


def test_targets_as_columns_have_their_dtypes_also_when_there_are_none(database):
    empty = targets.columns_of([])
    with database.read() as connection:
        stored_ones = targets.current(connection)
    assert {name: str(kind) for name, kind in empty.dtypes.items()}["due"] == "float64"
    assert stored_ones["kpi_id"].dtype == "int64"
    assert stored_ones["value"].dtype == "float64"
    assert isinstance(stored_ones, pd.DataFrame)


def test_targets_lie_dormant_while_the_direction_asks_for_another_form(database):
    save(database, samples.catalogue(with_target(samples.kpi("a"), NEW)))
    save(database, samples.catalogue(samples.kpi("a", direction=Direction.MAINTAIN)))
    assert load(database).catalogue.kpi("a").targets == ()
    save(database, samples.catalogue(samples.kpi("a")))
    assert load(database).catalogue.kpi("a").targets == (NEW,)


def test_rollups_follow_when_weeks_become_days(database):
    hires = samples.define(database, samples.kpi("hires", Frequency.WEEKLY))["hires"]
    samples.upload(database, samples.changes((hires, "2026-09-28", 5.0)))
    save(database, samples.catalogue(samples.kpi("hires", Frequency.DAILY)))
    with database.read() as connection:
        assert rollups.differences(connection).empty
        months = pd.DataFrame({"kpi_id": [hires], "first_month": [0], "last_month": [9999]})
        assert rollups.read(connection, months)["month"].tolist() == [56 * 12 + 8]


def test_an_empty_catalogue_can_be_saved(database):
    assert not save(database, Catalogue.empty()).kpis.added


@pytest.mark.parametrize("code", ["a", "b"])
def test_ids_are_small_numbers_that_stay(database, code):
    ids = samples.define(database, samples.kpi("a"), samples.kpi("b"))
    save(database, samples.catalogue(samples.kpi("c"), samples.kpi("b"), samples.kpi("a")))
    with database.read() as connection:
        assert connection.execute(select(kpi.c.id).where(kpi.c.code == code)).scalar_one() == ids[code]
