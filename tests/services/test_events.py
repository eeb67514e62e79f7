"""The notes given with values, as events of a KPI."""

from datetime import date

from kpidash.services.events import events
from tests.services.test_lineage import SYSTEM, company, put

__all__ = ["company"]

HEAD = "kpi,period,value,region,note"


def test_notes_are_told_the_latest_first_and_the_same_once(company):
    put(
        company,
        "revenue,2026-05,1,North,Strike in the port",
        "revenue,2026-05,2,South,Strike in the port",
        "revenue,2026-06,3,North,New price list",
        "revenue,2026-06,4,South,",
        head=HEAD,
    )
    found = events(company, SYSTEM, "revenue", since=date(2026, 1, 1))
    assert [(str(one.day), one.text) for one in found] == [
        ("2026-06-01", "New price list"),
        ("2026-05-01", "Strike in the port"),
    ]
    assert len(events(company, SYSTEM, "revenue", since=date(2026, 6, 1))) == 1
    assert events(company, SYSTEM, "cost", since=date(2026, 1, 1)) == []
