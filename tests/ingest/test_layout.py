"""Which column means what."""

import pytest

from kpidash.ingest.layout import Kind, TidyActuals, TidyTargets
from kpidash.ingest.tidy import kind_of, recognise
from tests.ingest.company import places


def test_headers_are_matched_whatever_their_case_and_spacing():
    layout, issues = recognise(
        (" KPI", "Period ", "VALUE", "Region", "note"), kind=Kind.ACTUALS, dimensions=("client", "region")
    )
    assert not issues
    assert layout == TidyActuals(
        kpi=0, period=1, value=2, numerator=None, denominator=None, dimensions=(("region", 3),), note=4
    )


def test_targets_have_a_target_or_a_band():
    layout, issues = recognise(("period", "kpi", "low", "high"), kind=Kind.TARGETS)
    assert not issues
    assert layout == TidyTargets(kpi=1, period=0, target=None, low=2, high=3)


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (("kpi", "period", "value"), Kind.ACTUALS),
        (("kpi", "period", "target"), Kind.TARGETS),
        (("kpi", "period", "Low", "High"), Kind.TARGETS),
        (("kpi", "period", "value", "target"), Kind.ACTUALS),
    ],
)
def test_the_headers_tell_actuals_from_targets(columns, kind):
    assert kind_of(columns) is kind


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("kpi", "value"), [(1, "period", "missing_column")]),
        (("kpi", "period"), [(1, "value", "missing_column")]),
        (("kpi", "period", "numerator"), [(1, "value", "missing_column")]),
        (("a", "b"), [(1, name, code) for name, code in [
            ("a", "unknown_column"), ("b", "unknown_column"), ("kpi", "missing_column"),
            ("period", "missing_column"), ("value", "missing_column")]]),
        (("kpi", "period", "value", "colour"), [(1, "colour", "unknown_column")]),
        (("kpi", "period", "value", "value"), [(1, "value", "unknown_column")] * 2),
        (("kpi", "period", "value", ""), [(1, "", "unknown_column")]),
    ],
)  # fmt: skip
def test_wrong_headers(columns, expected):
    _, issues = recognise(columns, kind=Kind.ACTUALS, dimensions=("region",))
    assert issues.whole
    assert places(list(issues.kept)) == expected


def test_a_mapping_overrules_the_headers():
    columns = ("Kennzahl", "Monat", "Umsatz", "Kommentar", "value")
    mapping = {"kennzahl": "kpi", "Monat": "period", "Umsatz": "value", "Kommentar": "", "value": ""}
    layout, issues = recognise(columns, kind=Kind.ACTUALS, mapping=mapping)
    assert not issues
    assert (layout.kpi, layout.period, layout.value) == (0, 1, 2)


def test_a_mapping_of_a_column_that_is_not_there_is_an_issue():
    _, issues = recognise(("kpi", "period", "value"), kind=Kind.ACTUALS, mapping={"Umsatz": "value"})
    assert places(list(issues.kept)) == [(1, "Umsatz", "missing_column")]


def test_a_column_without_name_and_cells_is_left_out():
    layout, issues = recognise(("kpi", "period", "value", ""), kind=Kind.ACTUALS, blank=frozenset({3}))
    assert layout is not None
    assert not issues
