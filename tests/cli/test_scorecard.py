"""The scored tree: its document, its window and day, what was known when, and who sees what."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.company import HEAD, OTHERS, CommandLine
from tests.cli.test_errors import REFUSED

ACTUALS = (
    "kpi,period,value,region\n"
    + "".join(f"revenue,2026-{month:02},{value},North\n" for month, value in ((4, 90), (5, 110), (6, 95)))
    + "".join(f"cost,2026-{month:02},{value},\n" for month, value in ((4, 40), (5, 41), (6, 70)))
    + "".join(f"visits,2026-06-{day:02},9,\n" for day in range(1, 16))
    + "handle-time,2026-W24,310,\n"
)
ASKED = ("--window", "ytd", "--as-of", "2026-06-15")
NUMBERS = (
    "actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
    "baseline_to_date", "target", "variance", "attainment", "score",
)  # fmt: skip


@pytest.fixture
def loaded(kpidash: CommandLine) -> CommandLine:
    kpidash.ingest(ACTUALS)
    return kpidash


def test_the_document_has_the_documented_fields(loaded: CommandLine) -> None:
    card = loaded.json("scorecard", *ASKED)
    assert list(card) == ["as_of", "window", "company", "departments", "kras", "kpis", "hidden_reds"]
    assert card["as_of"] == "2026-06-15"
    assert card["window"] == {"kind": "ytd", "label": "ytd", "start": "2026-04-01", "end": "2026-06-16"}
    assert list(card["company"]) == ["score", "status", "coverage"]
    assert [list(one) for one in card["departments"]] == [
        ["code", "parent", "score", "status", "coverage"]
    ] * 3
    assert [list(one) for one in card["kras"]] == [["code", "department", "score", "status", "coverage"]] * 3
    fields = ["code", "kra", *NUMBERS, "status", "periods", "compared_periods", "last_period"]
    assert [list(one) for one in card["kpis"]] == [fields] * 6
    assert [one["code"] for one in card["kpis"]] == [
        "revenue",
        "cost",
        "margin",
        "visits",
        "csat",
        "handle-time",
    ]
    for kpi in card["kpis"]:
        assert all(kpi[name] is None or isinstance(kpi[name], float) for name in NUMBERS)
        assert isinstance(kpi["periods"], int)
        assert isinstance(kpi["compared_periods"], int)
    kpis = {kpi["code"]: kpi for kpi in card["kpis"]}
    assert (kpis["revenue"]["actual"], kpis["revenue"]["last_period"]) == (295, "2026-06-01")
    assert (kpis["csat"]["actual"], kpis["csat"]["status"], kpis["csat"]["last_period"]) == (
        None,
        "no_data",
        None,
    )
    assert (kpis["margin"]["actual"], kpis["margin"]["status"]) == (295 - 151, "no_target")
    band = kpis["handle-time"]
    assert (band["target_to_date"], band["target_to_date_low"], band["target_to_date_high"]) == (
        None,
        200,
        300,
    )


def test_the_document_is_json_that_any_reader_takes(loaded: CommandLine) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    outcome = loaded("scorecard", *ASKED, "--json")
    json.loads(outcome.out, parse_constant=refuse)
    assert outcome.err == ""


def test_without_a_window_it_is_the_month_of_the_day_and_without_a_day_today(loaded: CommandLine) -> None:
    window = loaded.json("scorecard", "--as-of", "2026-06-15")["window"]
    assert window == {"kind": "month", "label": "2026-06", "start": "2026-06-01", "end": "2026-07-01"}
    today = datetime.now(UTC) + timedelta(hours=5, minutes=30)
    assert loaded.json("scorecard")["as_of"] in {
        f"{today - timedelta(minutes=1):%Y-%m-%d}",
        f"{today:%Y-%m-%d}",
    }


WINDOWS = {
    "2026-05": ("month", "2026-05-01", "2026-06-01"),
    "2026-Q1": ("quarter", "2026-04-01", "2026-07-01"),
    "FY2026": ("year", "2026-04-01", "2027-04-01"),
    "r12": ("r12", "2025-07-01", "2026-07-01"),
}


def test_windows_follow_the_fiscal_year(company: CommandLine) -> None:
    for text, (kind, start, end) in WINDOWS.items():
        window = company.json("scorecard", "--window", text, "--as-of", "2026-06-15")["window"]
        assert window == {"kind": kind, "label": text, "start": start, "end": end}


def test_a_department_is_shown_with_what_is_below_it(loaded: CommandLine) -> None:
    whole = loaded.json("scorecard", *ASKED)
    sales = loaded.json("scorecard", *ASKED, "--department", "sales")
    assert sales["company"] == whole["company"]
    assert [one["code"] for one in sales["departments"]] == ["sales", "metros"]
    assert [one["code"] for one in sales["kras"]] == ["growth", "reach"]
    assert [one["code"] for one in sales["kpis"]] == ["revenue", "margin", "visits"]
    metros = loaded.json("scorecard", *ASKED, "--department", "metros")
    assert [one["code"] for one in metros["departments"]] == ["metros"]
    assert metros["kpis"] == [one for one in whole["kpis"] if one["code"] == "visits"]


def test_a_head_sees_the_company_and_his_own_tree_and_no_name_of_others(loaded: CommandLine) -> None:
    whole = loaded.json("scorecard", *ASKED)
    own = loaded("scorecard", *ASKED, "--json", "--as", HEAD)
    assert own.json["company"] == whole["company"]
    for part in ("departments", "kras", "kpis"):
        mine = {"sales", "metros", "growth", "reach", "revenue", "margin", "visits"}
        assert own.json[part] == [one for one in whole[part] if one["code"] in mine]
    others = loaded("scorecard", *ASKED, "--json", "--as", HEAD, "--department", "service")
    unknown = loaded("scorecard", *ASKED, "--json", "--as", HEAD, "--department", "nosuch")
    assert (others.code, others.out.replace("service", "nosuch")) == (unknown.code, unknown.out)
    assert others.code == REFUSED
    for text in (own.out, loaded("scorecard", *ASKED, "--as", HEAD).out):
        assert not [name for name in OTHERS if name in text.replace('"score', "").replace("at_risk", "")]


def test_an_off_target_kpi_under_an_on_target_kra_is_a_hidden_red_for_those_who_may_see_it(
    kpidash: CommandLine,
) -> None:
    kpidash.apply("""kpis:
  - {code: calls, kra: reach, name: Calls, unit: number, direction: increase, frequency: monthly,
     aggregation: sum, weight: 0.1, targets: [{period: 2026-06, value: 10}]}
  - {code: leads, kra: reach, name: Leads, unit: number, direction: increase, frequency: monthly,
     aggregation: sum, weight: 9, targets: [{period: 2026-06, value: 10}]}
""")
    kpidash.ingest("kpi,period,value\ncalls,2026-06,5\nleads,2026-06,11\n")
    asked = ("scorecard", "--as-of", "2026-06-30")
    assert kpidash.json(*asked)["hidden_reds"] == ["calls"]
    assert kpidash.json(*asked, "--as", HEAD)["hidden_reds"] == ["calls"]
    assert kpidash.json(*asked, "--as", "service.head@example.com")["hidden_reds"] == []
    assert "calls" in kpidash(*asked).out.splitlines()[-1]


def known_at(kpidash: CommandLine, moment: str, code: str = "cost") -> tuple:
    """Actual and target of a KPI for 2026-04 as they were known at a time."""
    asked = ("--window", "2026-04", "--as-of", "2026-06-15", "--known-at", moment)
    kpis = {kpi["code"]: kpi for kpi in kpidash.json("scorecard", *asked)["kpis"]}
    return kpis[code]["actual"], kpis[code]["target"]


def test_the_numbers_of_any_past_time_can_be_asked_for(kpidash: CommandLine) -> None:
    uploads = [
        kpidash.ingest("kpi,period,value\ncost,2026-04,40\n"),
        kpidash.ingest("kpi,period,value\ncost,2026-04,45\ncost,2026-05,1\n"),
        kpidash.ingest("kpi,period,target\ncost,2026-04,42\n"),
    ]
    kpidash.json("uploads", "undo", uploads[1]["upload_id"])
    undo, targets, second, first, *_ = (
        one["committed_at"] for one in kpidash.json("uploads", "list")["uploads"]
    )
    year = pytest.approx(600 * 30 / 365)
    assert known_at(kpidash, "2020-01-01") == (None, None)
    assert known_at(kpidash, first) == (40, year)
    assert known_at(kpidash, second) == (45, year)
    assert known_at(kpidash, targets) == (45, 42)
    assert known_at(kpidash, undo) == (40, 42)
    assert known_at(kpidash, "2199-01-01T00:00:00+05:30") == (40, 42)
    just_before = datetime.fromisoformat(second) - timedelta(microseconds=1)
    assert known_at(kpidash, just_before.isoformat()) == (40, year)
    india = datetime.fromisoformat(second).astimezone(tz=None).isoformat()
    assert known_at(kpidash, india) == (45, year)


def test_known_now_is_the_same_as_not_asking(loaded: CommandLine) -> None:
    asked = ("scorecard", *ASKED, "--json")
    assert loaded(*asked, "--known-at", "2199-01-01").out == loaded(*asked).out
