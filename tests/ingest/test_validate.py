"""Actuals against the catalogue: every issue has its row, its column and its code."""

import json
from datetime import date

import pytest

from kpidash.domain.calendars import day_number
from kpidash.ingest.parse import Reading
from kpidash.ingest.periods import DateOrder
from tests.ingest.company import IDS, check, places

HEADER = "kpi,period,value,numerator,denominator,region,client,note"


def issues_of(*lines, **more):
    return places(check("\n".join([HEADER, *lines]), **more)[1])


def stored(*lines, header=HEADER, **more):
    """What may be stored: (kpi_id, first day, segment, value)."""
    checked, _ = check("\n".join([header, *lines]), **more)
    rows = checked.rows
    days = [date.fromordinal(day - day_number(date.min) + 1).isoformat() for day in rows["period"]]
    segments = [checked.segments[index] for index in rows["segment"]]
    return list(zip(rows["kpi_id"].tolist(), days, segments, rows["value"].tolist(), strict=True))


GOOD = "cost,2026-09,100,,,,,"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (GOOD, []),
        ("revenue,2026-09,1,,,North,,", []),
        ("csat,2026-09-01,,9,10,North,Acme,fine", []),
        ("csat,2026-09-01,not read,9,10,North,Acme,", []),
        ("CSAT ,2026-09-01,,9,10,North,Acme,", []),
        (",2026-09,1,,,,,", [("kpi", "missing_value")]),
        ("costs,2026-09,1,,,,,", [("kpi", "unknown_kpi")]),
        (
            "costs,2026-99,x,,,,,",
            [("kpi", "unknown_kpi"), ("period", "not_a_period"), ("value", "not_a_number")],
        ),
        ("margin,2026-09,1,,,,,", [("kpi", "calculated_kpi")]),
        ("cost,,1,,,,,", [("period", "missing_value")]),
        ("cost,soon,1,,,,,", [("period", "not_a_period")]),
        ("cost,2026-Q2,1,,,,,", [("period", "not_a_period")]),
        ("cost,2026-W40,1,,,,,", [("period", "not_a_period")]),
        ("cost,03/04/2026,1,,,,,", [("period", "ambiguous_period")]),
        ("visits,2026-10-15,1,,,,,", []),
        ("visits,2026-11-30,1,,,,,", []),
        ("visits,2026-12-01,1,,,,,", [("period", "period_in_future")]),
        ("cost,2026-10,1,,,,,", []),
        ("cost,2026-12,1,,,,,", [("period", "period_in_future")]),
        ("share,FY2027,1,,,,,", [("period", "period_in_future")]),
        ("cost,2026-09,,,,,,", [("value", "missing_value")]),
        ("cost,2026-09,abc,,,,,", [("value", "not_a_number")]),
        ("cost,2026-09,1e400,,,,,", [("value", "not_a_number")]),
        ('cost,2026-09,"1,234",,,,,', [("value", "ambiguous_decimal")]),
        ("cost,2026-09,1,2,,,,", [("numerator", "unknown_column")]),
        ("cost,2026-09,1,,2,,,", [("denominator", "unknown_column")]),
        (
            "csat,2026-09-01,90,,,North,Acme,",
            [("numerator", "missing_value"), ("denominator", "missing_value")],
        ),
        ("csat,2026-09-01,,1,0,North,Acme,", [("denominator", "zero_denominator")]),
        ("csat,2026-09-01,,0,-0.0,North,Acme,", []),
        ("csat,2026-09-01,,1e300,1e-300,North,Acme,", [("numerator", "not_a_number")]),
        ("csat,2026-09-01,,x,1,North,Acme,", [("numerator", "not_a_number")]),
        ("revenue,2026-09,1,,,,,", [("region", "wrong_dimension")]),
        ("revenue,2026-09,1,,,North,Acme,", [("client", "wrong_dimension")]),
        ("cost,2026-09,1,,,North,,", [("region", "wrong_dimension")]),
    ],
)
def test_a_row_has_these_issues(line, expected):
    assert issues_of("visits,2026-01-01,1,,,,,", line) == [(3, *each) for each in expected]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    assert issues_of("", GOOD, "", "cost,x,1,,,,,") == [(5, "period", "not_a_period")]


def test_a_finer_label_means_the_native_period_that_holds_it():
    rows = stored(
        "cost,2026-09-14,1,,,,,",
        "orders,2026-08,2,,,,,",
        "share,2026-05-01,3,,,,,",
        "defects,2026-10-14,4,,,,,",
    )
    assert rows == [
        (IDS["cost"], "2026-09-01", "{}", 1.0),
        (IDS["orders"], "2026-07-01", "{}", 2.0),
        (IDS["share"], "2026-04-01", "{}", 3.0),
        (IDS["defects"], "2026-10-12", "{}", 4.0),
    ]


def test_two_months_of_a_quarter_collide_when_they_differ():
    assert issues_of("orders,2026-07,1,,,,,", "orders,2026-08,2,,,,,") == [
        (2, "kpi", "duplicate_key"),
        (3, "kpi", "duplicate_key"),
    ]


def test_equal_rows_are_one_and_differing_ones_are_issues_on_each():
    lines = [GOOD, GOOD, "visits,2026-09-01,1,,,,,", "visits,2026-09-01,2,,,,,", "visits,2026-09-01,1,,,,,"]
    assert issues_of(*lines) == [(row, "kpi", "duplicate_key") for row in (4, 5, 6)]
    checked, issues = check("\n".join([HEADER, *lines]))
    assert "Rows 4, 5, 6 give different values" in issues[0].message
    assert len(checked.rows) == 1
    assert checked.repeated == 1


def test_ratios_with_another_denominator_differ():
    lines = ["csat,2026-09-01,,1,2,North,Acme,", "csat,2026-09-01,,2,4,North,Acme,"]
    assert issues_of(*lines) == [(2, "kpi", "duplicate_key"), (3, "kpi", "duplicate_key")]


def test_a_ratio_is_recomputed_in_percent_points():
    assert stored("csat,2026-09-01,12345,9,10,North,Acme,")[0][3] == 90.0


def test_segments_are_named_in_one_way_and_keep_their_text():
    rows = stored("csat,2026-09-01,,1,2, NA ,Ünal & Co,", "revenue,2026-09,1,,,007,,")
    assert [segment for _, _, segment, _ in rows] == [
        '{"region":"007"}',
        '{"client":"Ünal & Co","region":"NA"}',
    ]
    assert json.loads(rows[0][2]) == {"region": "007"}


def test_a_missing_dimension_column_leaves_the_dimension_blank():
    _, issues = check("kpi,period,value\nrevenue,2026-09,1\ncost,2026-09,1\n")
    assert places(issues) == [(2, "region", "wrong_dimension")]


def test_a_missing_number_column_is_named():
    _, issues = check("kpi,period,value\ncsat,2026-09-01,90\n")
    assert [place for place in places(issues) if place[2] == "missing_value"] == [
        (2, "numerator", "missing_value"),
        (2, "denominator", "missing_value"),
    ]


def test_issues_name_the_column_as_the_file_does():
    _, issues = check("Kennzahl,Period,Wert\ncost,x,1\n", mapping={"Kennzahl": "kpi", "Wert": "value"})
    assert places(issues) == [(2, "Period", "not_a_period")]
    assert issues[0].value == "x"


def test_the_nearest_code_is_suggested():
    _, issues = check("kpi,period,value\nCosts,2026-09,1\nHandle-Tyme,2026-09,1\nxyz,2026-09,1\n")
    assert [issue.message for issue in issues] == [
        "There is no KPI 'Costs'; did you mean 'cost'?",
        "There is no KPI 'Handle-Tyme'; did you mean 'handle-time'?",
        "There is no KPI 'xyz'.",
    ]


def test_what_a_person_may_not_see_is_unknown_and_what_he_may_not_write_is_not_permitted():
    rights = {"visible": frozenset({"cost", "visits"}), "uploadable": frozenset({"visits"})}
    lines = ["kpi,period,value", "revenue,2026-09,1", "cost,2026-09,1", "visits,2026-09-01,1"]
    _, issues = check("\n".join(lines), **rights)
    assert places(issues) == [(2, "kpi", "unknown_kpi"), (3, "kpi", "not_permitted")]
    assert "revenue'." in issues[0].message


def test_dimensions_of_kpis_that_a_person_may_not_see_are_unknown_columns():
    _, issues = check("kpi,period,value,region\ncost,2026-09,1,\n", visible=frozenset({"cost"}))
    assert places(issues) == [(1, "region", "unknown_column")]


def test_a_closed_month_is_locked():
    september = (2026 - 1970) * 12 + 8
    lines = [GOOD, "cost,2026-08,1,,,,,", "visits,2026-09-30,1,,,,,", "defects,2026-W36,1,,,,,"]
    assert issues_of(*lines, locked={september: "2026-09 was closed by olga on 2026-10-05"}) == [
        (2, "period", "period_locked"),
        (4, "period", "period_locked"),
        (5, "period", "period_locked"),
    ]


def test_a_given_date_order_and_decimal_sign_are_followed():
    reading = Reading(date_order=DateOrder.DMY, decimal=",", fiscal_year_start=4)
    rows = stored('visits,03/04/2026,"1,234",,,,,', reading=reading)
    assert rows == [(IDS["visits"], "2026-04-03", "{}", 1.234)]


def test_every_row_gets_all_of_its_issues_and_the_rest_of_the_file_is_kept():
    assert issues_of("revenue,x,y,1,,,Acme,", GOOD) == [
        (2, "period", "not_a_period"),
        (2, "value", "not_a_number"),
        (2, "numerator", "unknown_column"),
        (2, "client", "wrong_dimension"),
        (2, "region", "wrong_dimension"),
    ]
    assert len(stored("revenue,x,y,1,,,Acme,", GOOD)) == 1


def test_of_very_many_issues_the_first_are_described_and_all_are_counted():
    text = "kpi,period,value\n" + "cost,2026-09,x\n" * 30_000
    checked, issues = check(text)
    assert len(issues) == 10_000
    assert issues[-1].row == 10_001
    assert sum(len(found.positions) for found in checked.findings) == 30_000
