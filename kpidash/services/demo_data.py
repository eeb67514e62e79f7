"""The demo company: its catalogue, actuals and people for any day, from the model in `data/demo/model`.

The catalogue has targets and the actuals have data for the three fiscal years before that of the day and for
that year itself; targets go one year further.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kpidash.domain.period import Frequency, add_months, period_containing
from kpidash.services.demo.actuals import Ledger
from kpidash.services.demo.curves import Curves
from kpidash.services.demo.plan import targets
from kpidash.settings import ROOT

DEMO = ROOT / "data" / "demo"
YEARS_OF_DATA = 3
MODEL_ONLY = ("plan", "course", "series", "segments", "kpis", "horizon_years")
"""What the model says of a KRA or KPI that a catalogue does not."""


@dataclass(frozen=True)
class DemoUser:
    """A person to look through the eyes of; `grants` are (role, department or None for the company)."""

    email: str
    name: str
    title: str
    grants: tuple[tuple[str, str | None], ...]


def demo_users(folder: Path = DEMO) -> tuple[DemoUser, ...]:
    """The people of the demo company, the chief executive first."""
    return tuple(
        DemoUser(
            email=user["email"],
            name=user["name"],
            title=user["title"],
            grants=tuple((grant["role"], grant.get("department")) for grant in user["grants"]),
        )
        for user in _read(folder / "users.yaml")["users"]
    )


def demo_actuals(as_of: date, folder: Path = DEMO) -> pd.DataFrame:
    """What is reported by the morning of `as_of`, so up to the day before: a row per KPI, period and segment.

    Columns: kpi, period (its first day, datetime64[s]), value, numerator, denominator (float, nan where the
    KPI has none), region, client (text, None where the KPI has no such dimension).
    """
    model = _model(folder)
    first = _first_day(model, as_of)
    ledger = Ledger(
        as_of=as_of,
        first=first,
        fiscal_year_start=model["company"]["fiscal_year_start"],
        kpis={kpi["code"]: kpi for kra in model["kras"] for kpi in kra["kpis"]},
        segments=model["segments"],
        curves=_curves(model, as_of),
    )
    return ledger.table()


def demo_catalogue(as_of: date, folder: Path = DEMO) -> str:
    """The catalogue as YAML text, with the targets of the years around `as_of`."""
    model = _model(folder)
    start = model["company"]["fiscal_year_start"]
    first = _first_day(model, as_of)
    years = first, add_months(first, 12 * (YEARS_OF_DATA + 2))
    curves = _curves(model, as_of)
    kras, kpis = [], []
    for kra in model["kras"]:
        horizon = add_months(first, 12 * (YEARS_OF_DATA + kra["horizon_years"]))
        kras.append(_public(kra, horizon=horizon - timedelta(days=1)))
        for kpi in kra["kpis"]:
            given = targets(kpi, curves, years=years, start=start)
            kpis.append(_kpi(kpi, kra["code"], given))
    document = {
        "company": Row(model["company"]),
        "departments": [Row(department) for department in model["departments"]],
        "kras": kras,
        "kpis": kpis,
    }
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class Row(dict[str, Any]):
    """A mapping that a catalogue writes on one line."""


class _Dumper(yaml.CSafeDumper):
    """Writes `Row` on one line and short lists in brackets."""


_Dumper.add_representer(
    Row, lambda dumper, row: dumper.represent_mapping("tag:yaml.org,2002:map", row.items(), flow_style=True)
)
_Dumper.add_representer(
    tuple, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)


def _kpi(kpi: Mapping[str, Any], kra: str, given: list[dict[str, Any]]) -> dict[str, Any]:
    found = {"code": kpi["code"], "kra": kra, **_public(kpi)}
    if "dimensions" in kpi:
        found["dimensions"] = tuple(kpi["dimensions"])
    if "benchmarks" in kpi:
        found["benchmarks"] = [Row(benchmark) for benchmark in kpi["benchmarks"]]
    if given:
        found["targets"] = [Row(target) for target in given]
    return found


def _public(spec: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in MODEL_ONLY} | more


def _first_day(model: Mapping[str, Any], as_of: date) -> date:
    year = period_containing(as_of, Frequency.YEARLY, model["company"]["fiscal_year_start"])
    return add_months(year.start, -12 * YEARS_OF_DATA)


def _curves(model: Mapping[str, Any], as_of: date) -> Curves:
    first = _first_day(model, as_of)
    last = add_months(first, 12 * (YEARS_OF_DATA + 3))
    return Curves(add_months(first, -12), last, model["seasons"], model["events"])


@lru_cache(maxsize=4)
def _model(folder: Path) -> dict[str, Any]:
    """The company with the KRAs of all its departments, in the order of its `files`."""
    model = _read(folder / "model" / "company.yaml")
    kras = [
        {"code": kra["code"], "department": department["department"], **kra}
        for name in model["files"]
        for department in _read(folder / "model" / f"{name}.yaml")["departments"]
        for kra in department["kras"]
    ]
    return {**model, "kras": kras}


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
