"""What a commit would mean is what the scorecard says after it."""

import random

import pandas as pd
import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.domain.period import Frequency
from kpidash.services import scorecards, uploads
from kpidash.services.course import course_of
from kpidash.services.errors import NotThere
from kpidash.services.impact import impact_of
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
ACTUALS = "kpi,period,value,numerator,denominator,region,client\n"
REGIONS, CLIENTS = ("North", "South", "East"), ("Acme", "Birch")


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    targets = [
        *(f"revenue,2026-{month:02d},{900 + month},,\n" for month in range(1, 13)),
        *(f"cost,2026-{month:02d},500,,\n" for month in range(1, 13)),
        *(f"margin,2026-{month:02d},400,,\n" for month in range(1, 13)),
        *(f"csat,2026-{month:02d},80,,\n" for month in range(1, 13)),
        *(f"visits,2026-{month:02d},900,,\n" for month in range(1, 13)),
        "orders,FY2026,1000,,\n",
        "defects,FY2026,520,,\n",
        *(f"handle-time,2026-{month:02d},,200,300\n" for month in range(1, 13)),
    ]
    ingest(database, "kpi,period,target,low,high\n" + "".join(targets))
    return database


def ingest(database, text):
    receipt = uploads.ingest(database, ANNA, "file.csv", text.encode(), today=TODAY)
    assert receipt.state == "committed", receipt.in_words()
    return receipt


def preview(database, text, scope=ANNA):
    return uploads.preview(database, scope, "file.csv", text.encode(), today=TODAY)


def some_actuals(chosen: random.Random, count: int) -> str:
    """Random rows of all kinds of KPIs, each key once."""
    lines = {}
    for _ in range(count):
        kpi = chosen.choice(["revenue", "cost", "orders", "visits", "defects", "csat", "handle-time"])
        month = chosen.randint(7, 10)
        day = chosen.randint(1, 31 if month in {7, 8} else 15)
        label = {
            "orders": chosen.choice(["2026-04-01", "2026-07-01"]),
            "visits": f"2026-{month:02d}-{day:02d}",
            "csat": f"2026-{month:02d}-{day:02d}",
            "defects": f"2026-W{chosen.randint(28, 41)}",
        }.get(kpi, f"2026-{month:02d}")
        region = chosen.choice(REGIONS) if kpi in {"revenue", "csat"} else ""
        client = chosen.choice(CLIENTS) if kpi == "csat" else ""
        numbers = (
            f",{chosen.randint(0, 50)},{chosen.randint(50, 90)}"
            if kpi == "csat"
            else f"{chosen.randint(1, 400)},,"
        )
        lines[kpi, label, region, client] = f"{kpi},{label},{numbers},{region},{client}\n"
    return ACTUALS + "".join(lines.values())


def cards(database, scope, labels):
    return {
        label: scorecards.scorecard(database, scope, window=label, as_of=TODAY).kpis.set_index("code")
        for label in labels
    }


def assert_told(impact, before, after):
    """The rows of each touched KPI, and every flip, are those of the scorecards."""
    assert impact.kpis
    for one in impact.kpis:
        for told, card in ((one.before, before), (one.after, after)):
            now = card[one.window].loc[one.code]
            for name in ("actual", "target", "target_to_date", "attainment", "score", "status"):
                assert (
                    told[name] == pytest.approx(now[name], nan_ok=True)
                    if name != "status"
                    else told[name] == now[name]
                )
    windows = {one.window for one in impact.kpis}
    flips = {
        code
        for label in windows
        for code in before[label].index
        if before[label].loc[code, "status"] != after[label].loc[code, "status"]
    }
    assert {flip.code for flip in impact.flips} == flips


@pytest.mark.parametrize("seed", range(4))
def test_what_actuals_would_change_is_what_the_scorecard_says_after_the_commit(company, seed):
    chosen = random.Random(seed)  # noqa: S311 - a test's own chance
    ingest(company, some_actuals(chosen, 150))
    shown = preview(company, some_actuals(chosen, 60))
    impact = impact_of(company, ANNA, shown, today=TODAY)
    labels = {one.window for one in impact.kpis}
    before = cards(company, ANNA, labels)
    assert uploads.commit(company, ANNA, shown).state == "committed"
    assert_told(impact, before, cards(company, ANNA, labels))


def test_what_targets_would_change_is_what_the_scorecard_says_after_the_commit(company):
    ingest(company, some_actuals(random.Random(9), 150))  # noqa: S311
    rows = "revenue,2026-09,10,,\ncost,FY2026,1,,\nhandle-time,2026-10,,1,2\n"
    shown = preview(company, "kpi,period,target,low,high\n" + rows)
    assert not shown.issues
    impact = impact_of(company, ANNA, shown, today=TODAY)
    labels = {one.window for one in impact.kpis}
    before = cards(company, ANNA, labels)
    assert uploads.commit(company, ANNA, shown).state == "committed"
    assert_told(impact, before, cards(company, ANNA, labels))


def test_a_calculated_kpi_flips_with_its_inputs_though_no_file_names_it(company):
    ingest(company, "kpi,period,value,region\nrevenue,2026-09,1000,North\ncost,2026-09,100,\n")
    impact = impact_of(company, ANNA, preview(company, "kpi,period,value\ncost,2026-09,990\n"), today=TODAY)
    told = {(flip.code, flip.before, flip.after, flip.direct) for flip in impact.flips}
    assert ("margin", "on_target", "off_target", False) in told
    assert impact.scores[0].kind == "company"


def test_nothing_is_told_of_kpis_that_the_person_may_not_see(company):
    ingest(company, "kpi,period,value,region\nrevenue,2026-09,1000,North\nvisits,2026-09-01,5,\n")
    service = scope_of("cara", (Grant(Role.ANALYST, "service"),), CATALOGUE)
    impact = impact_of(
        company, service, preview(company, "kpi,period,value\nvisits,2026-09-02,9\n", service), today=TODAY
    )
    assert {one.code for one in impact.kpis} == {"visits"}
    assert {one.code for one in impact.scores} <= {None, "service", "care"}


def test_a_value_ten_times_the_usual_is_a_warning_with_its_row(company):
    days = pd.date_range("2026-07-01", "2026-09-30").strftime("%Y-%m-%d")
    chosen = random.Random(3)  # noqa: S311
    ingest(
        company, "kpi,period,value\n" + "".join(f"visits,{day},{chosen.randint(80, 120)}\n" for day in days)
    )
    shown = preview(
        company, "kpi,period,value\nvisits,2026-10-01,104\nvisits,2026-10-02,1040\nvisits,2026-10-03,98\n"
    )
    impact = impact_of(company, ANNA, shown, today=TODAY)
    assert impact.outliers_total == 1
    (odd,) = impact.outliers
    assert (odd.row, odd.kpi, odd.label, odd.value) == (3, "visits", "2026-10-02", 1040)
    assert odd.low < 100 < odd.high < 1040
    assert not shown.issues


def test_an_unchanged_file_means_nothing(company):
    text = "kpi,period,value\ncost,2026-09,990\n"
    ingest(company, text)
    assert not impact_of(company, ANNA, preview(company, text), today=TODAY).kpis


def test_a_course_shows_a_kpi_around_its_changes_before_and_after(company):
    ingest(company, "kpi,period,value\ncost,2026-07,100\ncost,2026-08,110\n")
    shown = preview(company, "kpi,period,value\ncost,2026-08,400\ncost,2026-09,120\n")
    course = course_of(company, ANNA, shown, "cost", today=TODAY)
    points = course.points.set_index(course.points["start"].dt.strftime("%Y-%m"))
    assert course.frequency is Frequency.MONTHLY
    assert points["before"].dropna().to_dict() == {"2026-07": 100, "2026-08": 110}
    assert points["after"].dropna().to_dict() == {"2026-07": 100, "2026-08": 400, "2026-09": 120}
    assert points.index[points["touched"]].tolist() == ["2026-08", "2026-09"]
    assert points["target_after"].loc["2026-08"] == 500


def test_a_course_of_a_year_of_days_is_drawn_month_by_month(company):
    days = pd.date_range("2026-01-01", "2026-09-30").strftime("%Y-%m-%d")
    shown = preview(company, "kpi,period,value\n" + "".join(f"visits,{day},10\n" for day in days))
    course = course_of(company, ANNA, shown, "visits", today=TODAY)
    assert course.frequency is Frequency.MONTHLY
    assert course.points.set_index("start")["after"].loc["2026-02-01"] == 280


def test_a_target_moves_all_the_days_that_it_covers(company):
    ingest(company, "kpi,period,value\nvisits,2026-09-01,30\n")
    course = course_of(
        company, ANNA, preview(company, "kpi,period,target\nvisits,2026-09,300\n"), "visits", today=TODAY
    )
    moved = course.points[course.points["touched"]]
    assert moved["start"].min() == pd.Timestamp("2026-09-01")
    assert len(moved) == 30
    assert moved["target_after"].unique().tolist() == [10]


def test_a_course_of_a_kpi_that_the_file_does_not_touch_is_not_there(company):
    shown = preview(company, "kpi,period,value\ncost,2026-08,400\n")
    with pytest.raises(NotThere):
        course_of(company, ANNA, shown, "visits", today=TODAY)


def test_a_dry_run_tells_flips_and_unusual_values_and_a_commit_does_not_stop_for_them(company):
    days = pd.date_range("2026-08-01", "2026-09-30").strftime("%Y-%m-%d")
    chosen = random.Random(3)  # noqa: S311
    history = "".join(f"visits,{day},{chosen.randint(20, 26)}\n" for day in days)
    ingest(company, "kpi,period,value\n" + history)
    text = b"kpi,period,value\nvisits,2026-09-30,3000\n"
    told = uploads.ingest(company, ANNA, "file.csv", text, dry_run=True, today=TODAY)
    assert told.state == "preview"
    assert [one for one in told.flips if one.startswith("Visits would be")]
    assert told.as_json()["warnings"] == list(told.warnings)
    assert told.warnings[0].startswith("row 2: visits 2026-09-30: 3,000 is far from what is usual")
    done = uploads.ingest(company, ANNA, "file.csv", text, today=TODAY)
    assert (done.state, done.warnings) == ("committed", ())
