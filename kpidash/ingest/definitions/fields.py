"""The keys of a catalogue file (CONTRACT.md), in the order in which they are documented and exported."""

from collections.abc import Mapping

from kpidash.domain.kinds import Aggregation, Direction, Indicator, Level, Pace, Unit
from kpidash.domain.period import Frequency
from kpidash.ingest.definitions.values import (
    Convert,
    change,
    choice,
    code,
    country,
    day,
    formula,
    like,
    number,
    phasing,
    positive,
    timezone,
    whole,
    words,
)

Schema = Mapping[str, Convert | None]
"""The keys that a mapping of the file may have; None where the value is not a single text."""

COMPANY: Schema = {
    "name": words,
    "currency": like("[A-Z]{3}", "a currency; write its three capital letters, as in INR"),
    "locale": like("[a-z]{2,3}_[A-Z]{2}", "a locale; write language and country, as in en_IN"),
    "timezone": timezone,
    "fiscal_year_start": whole(1, 12),
    "holidays": country,
}
DEPARTMENT: Schema = {"code": code, "name": words, "parent": code, "head": words, "weight": positive}
KRA: Schema = {
    "code": code,
    "department": code,
    "name": words,
    "owner": words,
    "purpose": words,
    "weight": positive,
    "horizon": day,
    "review": words,
}
KPI: Schema = {
    "code": code,
    "kra": code,
    "name": words,
    "definition": words,
    "level": choice(Level, "a level"),
    "indicator": choice(Indicator, "an indicator"),
    "unit": choice(Unit, "a unit"),
    "unit_label": words,
    "decimals": whole(0, 9),
    "direction": choice(Direction, "a direction"),
    "frequency": choice(Frequency, "a frequency"),
    "aggregation": choice(Aggregation, "an aggregation"),
    "formula": formula,
    "dimensions": None,
    "weight": positive,
    "on_target": positive,
    "at_risk": positive,
    "grace_days": whole(0, 9999),
    "pace": choice(Pace, "a pace"),
    "owner": words,
    "source": words,
    "parent": code,
    "targets": None,
    "benchmarks": None,
}
BENCHMARK: Schema = {"name": words, "value": number, "source": words}
PERIOD_TARGET: Schema = {"period": words, "value": number, "low": number, "high": number, "phasing": phasing}
TRAJECTORY: Schema = {"baseline": number, "from": day, "value": number, "change": change, "due": day}
