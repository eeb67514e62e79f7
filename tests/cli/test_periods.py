"""Closed periods at the command line."""

from kpidash.domain.access import Role
from tests.cli.company import ANALYST, CommandLine
from tests.cli.test_errors import REFUSED


def test_a_closed_period_refuses_rows_until_it_is_open_again(kpidash: CommandLine) -> None:
    assert kpidash.json("periods", "close", "2026-09", "--reason", "books closed") == {"closed": ["2026-09"]}
    (listed,) = kpidash.json("periods", "list")["closed"]
    assert (listed["month"], listed["reason"]) == ("2026-09", "books closed")
    rows = "kpi,period,value\ncost,2026-08,1\ncost,2026-09,1\n"
    refused = kpidash.ingest(rows, code=REFUSED)
    (issue,) = refused["issues"]
    assert (issue["row"], issue["column"], issue["code"]) == (3, "period", "period_locked")
    assert "ask an administrator" in issue["message"]
    assert kpidash.json("periods", "open", "2026-Q2") == {"opened": ["2026-09"]}
    assert kpidash.ingest(rows)["added"] == 2


def test_what_is_no_closable_period_is_refused_in_words(kpidash: CommandLine) -> None:
    assert "not over" in kpidash.json("periods", "close", "FY2090", code=2)["error"]
    assert "no month" in kpidash.json("periods", "close", "2026-W20", code=2)["error"]
    assert kpidash.json("periods", "list") == {"closed": []}


def test_only_an_administrator_closes_periods(kpidash: CommandLine) -> None:
    kpidash.hire(ANALYST, Role.ANALYST)
    kpidash.json("periods", "close", "2026-09", "--as", ANALYST, code=REFUSED)
    assert kpidash.json("periods", "list", "--as", ANALYST) == {"closed": []}
