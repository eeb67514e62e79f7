"""What differs between two catalogues, and how two changes made at once come together."""

from dataclasses import replace

from kpidash.domain.catalogue import Benchmark, Catalogue, Department
from kpidash.domain.differences import Kind, What, differences
from kpidash.domain.merging import merged
from tests.ingest.company import CATALOGUE


def with_kpi(catalogue: Catalogue, code: str, **changes: object) -> Catalogue:
    kpis = tuple(replace(kpi, **changes) if kpi.code == code else kpi for kpi in catalogue.kpis)
    return replace(catalogue, kpis=kpis)


def without_kpi(catalogue: Catalogue, code: str) -> Catalogue:
    return replace(catalogue, kpis=tuple(kpi for kpi in catalogue.kpis if kpi.code != code))


def with_department(catalogue: Catalogue, **fields: object) -> Catalogue:
    return replace(catalogue, departments=(*catalogue.departments, Department(**fields)))


def told(before: Catalogue, after: Catalogue) -> list[tuple[Kind, str, What]]:
    return [(one.kind, one.code, one.what) for one in differences(before, after)]


def test_a_catalogue_does_not_differ_from_itself_in_another_order():
    turned = replace(CATALOGUE, kpis=CATALOGUE.kpis[::-1], departments=CATALOGUE.departments[::-1])
    assert differences(CATALOGUE, turned) == ()


def test_a_changed_field_is_told_as_it_was_and_as_it_is():
    (one,) = differences(CATALOGUE, with_kpi(CATALOGUE, "cost", weight=3.0, name="Costs"))
    assert (one.kind, one.code, one.name, one.what) == (Kind.KPI, "cost", "Costs", What.CHANGED)
    fields = {change.field: (change.before, change.after) for change in one.fields}
    assert fields == {"name": (CATALOGUE.kpi("cost").name, "Costs"), "weight": (1.0, 3.0)}


def test_what_is_added_tells_the_fields_that_are_given_and_what_goes_tells_none():
    more = with_department(CATALOGUE, code="lab", name="Laboratory", weight=2.0)
    (added,) = differences(CATALOGUE, more)
    assert [(change.field, change.after) for change in added.fields] == [
        ("code", "lab"), ("name", "Laboratory"), ("weight", 2.0),
    ]  # fmt: skip
    (gone,) = differences(more, CATALOGUE)
    assert (gone.what, gone.fields) == (What.REMOVED, ())


def test_entries_of_lists_are_told_one_by_one():
    was = with_kpi(CATALOGUE, "cost", benchmarks=(Benchmark(name="A", value=1), Benchmark(name="B", value=2)))
    now = with_kpi(CATALOGUE, "cost", benchmarks=(Benchmark(name="B", value=3), Benchmark(name="C", value=4)))
    (one,) = differences(was, now)
    assert [
        (change.key, change.before and change.before.value, change.after and change.after.value)
        for change in one.fields
    ] == [("A", 1, None), ("B", 2, 3), ("C", None, 4)]


def test_changes_of_different_definitions_come_together():
    mine = with_kpi(without_kpi(CATALOGUE, "margin"), "cost", weight=3.0)
    theirs = with_department(with_kpi(CATALOGUE, "csat", weight=2.0), code="lab", name="Laboratory")
    both = merged(CATALOGUE, mine, theirs)
    assert both is not None
    assert told(CATALOGUE, both) == [
        (Kind.DEPARTMENT, "lab", What.ADDED),
        (Kind.KPI, "cost", What.CHANGED),
        (Kind.KPI, "csat", What.CHANGED),
        (Kind.KPI, "margin", What.REMOVED),
    ]


def test_changes_of_the_same_definition_do_not_come_together():
    mine, theirs = with_kpi(CATALOGUE, "cost", weight=3.0), with_kpi(CATALOGUE, "cost", name="Costs")
    assert merged(CATALOGUE, mine, theirs) is None
    assert merged(CATALOGUE, without_kpi(CATALOGUE, "csat"), with_kpi(CATALOGUE, "csat", weight=2.0)) is None


def test_a_change_that_needs_what_the_other_removed_does_not_come_together():
    theirs = without_kpi(without_kpi(CATALOGUE, "margin"), "cost")
    mine = with_kpi(CATALOGUE, "csat", formula="{cost} * 2", frequency=CATALOGUE.kpi("cost").frequency)
    assert merged(CATALOGUE, mine, theirs) is None
