"""Changes of definitions under which the actuals that a KPI has already would be misread.

A period is stored as its first day and a ratio as numerator and denominator, so neither can be read as
something else without changing what people reported.
"""

from collections.abc import Mapping

from kpidash.domain.definitions import Company, Kpi
from kpidash.domain.kinds import Aggregation
from kpidash.domain.period import Frequency
from kpidash.ingest.definitions.blocks import Report
from kpidash.ingest.definitions.drafts import Draft

_ANEW = "undo their uploads first, or give the KPI a new code"
_FISCAL_MONTHS = {Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}
"""After how many months the periods that depend on the fiscal year begin in the same months again."""


def check_reported(draft: Draft, before: Kpi, report: Report) -> None:
    """Note where a KPI that has actuals would get another frequency, or become or cease to be a ratio."""
    frequency, aggregation = draft.values.get("frequency"), draft.values.get("aggregation")
    if frequency not in {None, before.frequency}:
        message = f"'{before.code}' has {before.frequency} actuals, which are not {frequency} ones; {_ANEW}"
        report.add(*draft.at("frequency"), message)
    kinds = {aggregation or before.aggregation, before.aggregation}
    if len(kinds) > 1 and Aggregation.RATIO in kinds:
        has = "numerators and denominators" if before.aggregation is Aggregation.RATIO else "single values"
        message = f"the actuals of '{before.code}' are {has}, which {aggregation} cannot take; {_ANEW}"
        report.add(*draft.at("aggregation"), message)


def check_fiscal_year(company: Draft, before: Company, reported: Mapping[str, Kpi], report: Report) -> None:
    """Note a new start of the fiscal year at which quarters or years that have actuals do not begin."""
    shift = company.values.get("fiscal_year_start", before.fiscal_year_start) - before.fiscal_year_start
    moved = [kpi for kpi in reported.values() if shift % _FISCAL_MONTHS.get(kpi.frequency, 1)]
    if moved:
        more = f" (and {len(moved) - 1} more KPIs)" if len(moved) > 1 else ""
        message = (
            f"'{moved[0].code}'{more} has {moved[0].frequency} actuals by the fiscal year from month "
            f"{before.fiscal_year_start}; undo their uploads first"
        )
        report.add(*company.at("fiscal_year_start"), message)
