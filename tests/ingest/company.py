"""A small company that the ingest tests upload to."""

from datetime import date

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Unit,
)
from kpidash.domain.period import Frequency
from kpidash.ingest.checking import outcome_of
from kpidash.ingest.duplicates import Checked
from kpidash.ingest.issues import Issue
from kpidash.ingest.layout import Kind
from kpidash.ingest.read import read
from kpidash.ingest.terms import Terms

TODAY = date(2026, 10, 15)


def kpi(code, kra, frequency, aggregation=Aggregation.SUM, **more):
    """A KPI with the fields that matter to a test."""
    more = {"unit": Unit.NUMBER, "direction": Direction.INCREASE, **more}
    return Kpi(code=code, kra=kra, name=code.title(), frequency=frequency, aggregation=aggregation, **more)


CATALOGUE = Catalogue(
    company=Company(name="Test", fiscal_year_start=4),
    departments=(Department(code="sales", name="Sales"), Department(code="service", name="Service")),
    kras=(
        Kra(code="growth", department="sales", name="Growth"),
        Kra(code="care", department="service", name="Care"),
    ),
    kpis=(
        kpi("revenue", "growth", Frequency.MONTHLY, unit=Unit.CURRENCY, dimensions=("region",)),
        kpi("cost", "growth", Frequency.MONTHLY, unit=Unit.CURRENCY),
        kpi("orders", "growth", Frequency.QUARTERLY),
        kpi("share", "growth", Frequency.YEARLY, Aggregation.MEAN),
        kpi("margin", "growth", Frequency.MONTHLY, Aggregation.SUM, formula="{revenue} - {cost}"),
        kpi("visits", "care", Frequency.DAILY),
        kpi("defects", "care", Frequency.WEEKLY, direction=Direction.DECREASE),
        kpi(
            "csat",
            "care",
            Frequency.DAILY,
            Aggregation.RATIO,
            unit=Unit.PERCENT,
            dimensions=("region", "client"),
        ),
        kpi("handle-time", "care", Frequency.MONTHLY, Aggregation.MEAN, direction=Direction.MAINTAIN),
    ),
)
CODES = frozenset(each.code for each in CATALOGUE.kpis)
IDS = {each.code: number for number, each in enumerate(CATALOGUE.kpis, start=1)}


def terms(**changes) -> Terms:
    """The company as somebody who may do everything sees it."""
    return Terms(
        **{
            "catalogue": CATALOGUE,
            "ids": IDS,
            "visible": CODES,
            "uploadable": CODES,
            "today": TODAY,
            **changes,
        }
    )


def check(
    text: str, *, kind=Kind.ACTUALS, reading=None, mapping=None, **changes
) -> tuple[Checked | None, list[Issue]]:
    """A file through all pure stages up to validate: what may be stored, and the issues."""
    against = terms(**changes)
    table, found = read("file.csv", text.encode())
    assert table is not None, found
    outcome = outcome_of(table, against, kind=kind, mapping=mapping, reading=reading)
    return outcome.checked, list((found + outcome.issues).kept)


def places(issues: list[Issue]) -> list[tuple[int, str | None, str]]:
    """Where each issue is and what it is."""
    return [(issue.row, issue.column, issue.code.value) for issue in issues]
