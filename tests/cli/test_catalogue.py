"""Definitions in and out."""

from tests.cli.company import CATALOGUE, CommandLine
from tests.cli.test_errors import REFUSED

TEN_MISTAKES = """\
company: {name: Small, currency: rupees, holidays: XX, fiscal_year_start: 13}
departments:
  - {code: sales, name: Sales}
  - {code: metros, name: Metros, parent: nosuch}
kras:
  - {code: growth, department: sale, name: Growth}
  - {code: Reach!, department: sales, name: Reach}
kpis:
  - {code: a, kra: growth, name: A, unit: number, direction: up, frequency: monthly, aggregation: sum}
  - {code: b, kra: growth, name: B, unit: number, direction: increase, frequency: biweekly, aggregation: sum}
  - {code: c, kra: growth, name: C, unit: number, direction: increase, frequency: monthly, aggregation: avg}
  - {code: d, kra: growth, unit: number, direction: increase, frequency: monthly, aggregation: sum}
  - {code: d, kra: growth, name: D, unit: number, direction: increase, frequency: monthly, aggregation: sum}
  - {code: e, kra: growth, name: E, unit: number, direction: increase, frequency: monthly, aggregation: sum,
     formula: "{f} + {nosuch}"}
  - {code: f, kra: growth, name: F, unit: number, direction: increase, frequency: monthly, aggregation: sum,
     formula: "{e} * 2"}
  - {code: g, kra: growth, name: G, unit: number, direction: increase, frequency: daily, aggregation: sum,
     formula: "{h} * 2"}
  - {code: h, kra: growth, name: H, unit: number, direction: maintain, frequency: monthly, aggregation: sum,
     targets: [{period: 2026-13, low: 1, high: 2}, {period: 2026-10, value: 5}, {period: 2027, low: 3}]}
  - {code: i, kra: growth, name: I, unit: number, direction: increase, frequency: monthly, aggregation: sum,
     colour: green, weight: heavy, on_target: 0.8}
"""


def test_ten_mistakes_and_more_are_all_reported_at_once_and_nothing_is_written(bare: CommandLine) -> None:
    before = bare.everything()
    answer = bare.apply(TEN_MISTAKES, code=REFUSED)
    assert answer["state"] == "refused"
    found = {problem["path"]: problem["line"] for problem in answer["problems"]}
    assert (
        found.items()
        >= {
            "company.currency": 1,
            "company.holidays": 1,
            "company.fiscal_year_start": 1,
            "departments[1].parent": 4,
            "kras[0].department": 6,
            "kras[1].code": 7,
            "kpis[0].direction": 9,
            "kpis[1].frequency": 10,
            "kpis[2].aggregation": 11,
            "kpis[3].name": 12,
            "kpis[4].code": 13,
            "kpis[5].formula": 15,
            "kpis[7].formula": 19,
            "kpis[8].targets[0].period": 21,
            "kpis[8].targets[1].value": 21,
            "kpis[8].targets[2].period": 21,
            "kpis[9].colour": 23,
            "kpis[9].weight": 23,
        }.items()
    )
    assert all(problem["message"] for problem in answer["problems"])
    assert bare.everything() == before
    said = bare("catalogue", "apply", bare.file(TEN_MISTAKES, "wrong.yaml"))
    assert said.code == REFUSED
    assert "wrong.yaml:10: kpis[1].frequency: 'biweekly'" in said.out
    assert "nothing was written" in said.out


MINIMUM = """\
departments: [{code: d, name: D}]
kras: [{code: a, department: d, name: A}]
kpis: [{code: k, kra: a, name: K, unit: number, direction: increase, frequency: monthly, aggregation: sum}]
"""
DOCUMENTED = """\
company: {name: Meridian Services, currency: INR, locale: en_IN, timezone: Asia/Kolkata, fiscal_year_start: 4,
          holidays: IN}
departments:
  - {code: sales, name: Sales, parent: null, head: sales.head@example.com, weight: 1}
kras:
  - {code: market-share, department: sales, name: Expand market share, owner: sales.head@example.com,
     purpose: Grow our share in the two metros, weight: 1, horizon: 2028-03-31, review: quarterly}
kpis:
  - code: sales-revenue              # [a-z0-9-], unique
    kra: market-share
    name: Sales revenue
    definition: Invoiced revenue net of returns
    level: strategic                 # strategic | operational
    indicator: lagging               # leading | lagging
    unit: currency                   # currency | percent | number | duration | ratio
    unit_label: null                 # e.g. "calls"; duration is in seconds
    decimals: 0
    direction: increase              # increase | decrease | maintain
    frequency: monthly               # daily | weekly | monthly | quarterly | yearly
    aggregation: sum                 # sum | mean | last | min | max | ratio
    formula: null                    # "{gross-profit} / {sales-revenue} * 100" for a calculated KPI
    dimensions: [region]
    weight: 1
    on_target: 1.0
    at_risk: 0.9
    grace_days: 5
    pace: linear                     # linear | workdays
    owner: sales.head@example.com
    source: ERP invoice ledger
    parent: null                     # the strategic KPI this one drives
    targets:
      - {period: FY2026, value: 60000000, phasing: last_year}
      - {period: 2026-10, value: 5000000}
      - {baseline: 100, from: 2026-04-01, change: -5%, due: 2026-09-30}               # trajectory, relative
    benchmarks:
      - {name: Industry median, value: 4200000, source: "Annual survey 2025"}
"""


def test_the_documented_catalogue_is_taken_as_it_stands(bare: CommandLine) -> None:
    assert bare.apply(DOCUMENTED)["state"] == "applied"
    targets = bare.json("kpi", "sales-revenue", "--as-of", "2026-10-15")["targets"]
    assert [target.get("value") for target in targets] == [60000000, 5000000, 95]


def test_only_the_required_fields_are_needed(bare: CommandLine) -> None:
    assert bare.apply(MINIMUM)["changes"]["added"] == {"departments": ["d"], "kras": ["a"], "kpis": ["k"]}
    lines = MINIMUM.splitlines()
    for field in (
        "kra: a",
        "name: K",
        "unit: number",
        "direction: increase",
        "frequency: monthly",
        "aggregation: sum",
    ):
        wrong = "\n".join([*lines[:2], lines[2].replace("code: k", "code: new").replace(f", {field}", "")])
        paths = [problem["path"] for problem in bare.apply(wrong, code=REFUSED)["problems"]]
        assert paths == [f"kpis[0].{field.split(':')[0]}"]


def test_applying_the_same_file_again_writes_nothing(kpidash: CommandLine) -> None:
    before = kpidash.everything()
    for options in ((), ("--prune",), ("--dry-run",)):
        assert kpidash.apply(CATALOGUE, *options)["state"] == "unchanged"
    assert kpidash.everything() == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(kpidash: CommandLine) -> None:
    before = kpidash.everything()
    rehearsed = kpidash.apply(MINIMUM, "--prune", "--dry-run")
    assert rehearsed["state"] == "preview"
    assert kpidash.everything() == before
    assert kpidash.apply(MINIMUM, "--prune") == rehearsed | {"state": "applied"}


def test_what_a_file_does_not_name_is_left_alone_unless_pruned(kpidash: CommandLine) -> None:
    kpidash.apply("kpis: [{code: visits, name: Visitors}]")
    kpis = kpidash.json("scorecard", "--as-of", "2026-10-15")["kpis"]
    assert [kpi["code"] for kpi in kpis] == ["revenue", "cost", "margin", "visits", "csat", "handle-time"]
    detail = kpidash.json("kpi", "visits", "--as-of", "2026-10-15")
    assert (detail["name"], detail["kpi"]["target"]) == ("Visitors", 310)
    removed = kpidash.apply(MINIMUM, "--prune")["changes"]["removed"]
    assert sorted(removed["departments"]) == ["metros", "sales", "service"]
    assert [kpi["code"] for kpi in kpidash.json("scorecard")["kpis"]] == ["k"]
    assert kpidash.json("verify")["state"] == "clean"


def test_pruning_by_an_empty_file_is_refused(kpidash: CommandLine) -> None:
    before = kpidash.everything()
    assert kpidash.apply("", "--prune", code=REFUSED)["state"] == "refused"
    assert kpidash.apply("")["state"] == "unchanged"
    assert kpidash.everything() == before


def test_an_export_goes_back_in_unchanged_and_makes_the_same_company_elsewhere(
    kpidash: CommandLine, blank_url: str
) -> None:
    text = kpidash("catalogue", "export").out
    assert kpidash.json("catalogue", "export") == {"catalogue": text}
    before = kpidash.everything()
    assert kpidash.apply(text, "--prune")["state"] == "unchanged"
    assert kpidash.everything() == before
    elsewhere = CommandLine(blank_url, kpidash.folder)
    assert elsewhere("init").code == 0
    assert elsewhere.apply(text)["state"] == "applied"
    assert elsewhere("catalogue", "export").out == text


def test_a_pruned_kpi_comes_back_with_its_numbers(kpidash: CommandLine) -> None:
    kpidash.ingest("kpi,period,value\nvisits,2026-10-01,7\n")
    whole = kpidash("catalogue", "export").out
    kpidash.apply(MINIMUM, "--prune")
    assert kpidash("kpi", "visits").code == REFUSED
    kpidash.apply(whole, "--prune")
    assert kpidash.json("kpi", "visits", "--as-of", "2026-10-15")["kpi"]["actual"] == 7


MISREADINGS = {
    "another frequency": ("kpis[0].frequency", "kpis: [{code: visits, frequency: monthly}]"),
    "a finer frequency": ("kpis[0].frequency", "kpis: [{code: cost, frequency: daily}]"),
    "days for weeks": ("kpis[0].frequency", "kpis: [{code: handle-time, frequency: daily}]"),
    "a ratio of values": ("kpis[0].aggregation", "kpis: [{code: cost, aggregation: ratio}]"),
    "values of a ratio": ("kpis[0].aggregation", "kpis: [{code: csat, aggregation: mean}]"),
    "another fiscal year": ("company.fiscal_year_start", "company: {fiscal_year_start: 1}"),
}
REPORTED = {
    "visits": "kpi,period,value\nvisits,2026-10-01,7\n",
    "cost": "kpi,period,value\ncost,2026-09,50\n",
    "handle-time": "kpi,period,value\nhandle-time,2026-W40,250\n",
    "csat": "kpi,period,numerator,denominator,region,client\ncsat,2026-10-01,9,10,North,Acme\n",
    "share": "kpi,period,value\nshare,FY2025,7\n",
}
YEARLY = """
kpis:
  - {code: share, kra: growth, name: Share, unit: percent, direction: increase, frequency: yearly,
     aggregation: mean}
"""


def test_definitions_that_would_misread_actuals_are_refused_while_there_are_any(kpidash: CommandLine) -> None:
    kpidash.apply(YEARLY)
    uploads = [kpidash.ingest(text)["upload_id"] for text in REPORTED.values()]
    before = kpidash.everything()
    for path, text in MISREADINGS.values():
        problems = kpidash.apply(text, code=REFUSED)["problems"]
        assert [(problem["path"], problem["line"]) for problem in problems] == [(path, 1)]
        assert "undo their uploads first" in problems[0]["message"]
    assert kpidash.everything() == before
    for upload in uploads:
        kpidash.json("uploads", "undo", upload)
    for _, text in MISREADINGS.values():
        kpidash.apply(text)
    assert kpidash.json("verify")["state"] == "clean"


def test_a_pruned_kpi_does_not_come_back_with_another_frequency(kpidash: CommandLine) -> None:
    kpidash.ingest(REPORTED["visits"])
    monthly = kpidash("catalogue", "export").out.replace("frequency: daily", "frequency: monthly")
    kpidash.apply(MINIMUM, "--prune")
    problems = kpidash.apply(monthly, "--prune", code=REFUSED)["problems"]
    assert [problem["message"].split(",")[0] for problem in problems] == ["'visits' has daily actuals"]


def test_other_changes_keep_the_actuals_and_the_rollups_right(kpidash: CommandLine) -> None:
    kpidash.apply(YEARLY)
    for text in REPORTED.values():
        kpidash.ingest(text)
    kpidash.ingest("kpi,period,value,region\nrevenue,2026-09,10,North\nrevenue,2026-10,30,North\n")
    actuals = kpidash.everything()["actual"]
    for change, actual in {
        "aggregation: mean": 20,
        "aggregation: max": 30,
        "direction: decrease": 30,
        "dimensions: [region, client]": 30,
        "dimensions: []": 30,
        "unit: number": 30,
        "kra: care": 30,
    }.items():
        kpidash.apply(f"kpis: [{{code: revenue, {change}}}]")
        assert (
            kpidash.json("kpi", "revenue", "--window", "ytd", "--as-of", "2026-10-15")["kpi"]["actual"]
            == actual
        )
    kpidash.apply("company: {fiscal_year_start: 4, timezone: UTC}")
    assert kpidash.everything()["actual"] == actuals
    assert kpidash.json("verify")["state"] == "clean"


def test_formulas_that_go_in_circles_or_use_coarser_or_unknown_kpis_are_refused(kpidash: CommandLine) -> None:
    kpidash.apply(YEARLY)
    for formula, reason in {
        "{margin} + 1": "circle",
        "{share} + 1": "coarser",
        "{sales} + 1": "sales",
        "{cost} +": "",
        "year_ago({visits}) + revenue": "",
    }.items():
        text = f"kpis: [{{code: revenue, formula: '{formula}'}}]"
        problems = kpidash.apply(text, code=REFUSED)["problems"]
        assert problems[0]["path"] == "kpis[0].formula"
        assert reason in problems[0]["message"], problems
