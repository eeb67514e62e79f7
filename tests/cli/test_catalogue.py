"""Definitions in and out."""

import pytest
import yaml

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
  - {code: b, kra: growth, name: B, unit: number, direction: increase, frequency: fortnightly, aggregation: sum}
  - {code: c, kra: growth, name: C, unit: number, direction: increase, frequency: monthly, aggregation: average}
  - {code: d, kra: growth, unit: number, direction: increase, frequency: monthly, aggregation: sum}
  - {code: d, kra: growth, name: D, unit: number, direction: increase, frequency: monthly, aggregation: sum}
  - {code: e, kra: growth, name: E, unit: number, direction: increase, frequency: monthly, aggregation: sum,
     formula: "{f} + {nosuch}"}
  - {code: f, kra: growth, name: F, unit: number, direction: increase, frequency: monthly, aggregation: sum,
     formula: "{e} * 2"}
  - {code: g, kra: growth, name: G, unit: number, direction: increase, frequency: daily, aggregation: sum,
     formula: "{h} * 2"}
  - {code: h, kra: growth, name: H, unit: number, direction: maintain, frequency: monthly, aggregation: sum,
     targets: [{period: 2026-13, low: 1, high: 2}, {period: 2026-10, value: 5}, {period: 2026-11, low: 3, high: 2}]}
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
            "kpis[8].targets[2].low": 21,
            "kpis[9].colour": 23,
            "kpis[9].weight": 23,
        }.items()
    )
    assert all(problem["message"] for problem in answer["problems"])
    assert bare.everything() == before
    said = bare("catalogue", "apply", bare.file(TEN_MISTAKES, "wrong.yaml"))
    assert said.code == REFUSED
    assert "wrong.yaml:10: kpis[1].frequency: 'fortnightly'" in said.out
    assert "nothing was written" in said.out
