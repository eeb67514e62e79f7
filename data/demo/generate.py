"""Writes the demo company's catalogue and actuals as an analyst would send them, for one day.

    python data/demo/generate.py                      the committed files, as of 2026-10-14
    python data/demo/generate.py --as-of 2027-02-05   for another day

The same model and day give the same files. `kpidash demo` loads the same numbers, carried up to yesterday.
"""

import argparse
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

from kpidash.domain.period import Frequency, period_containing
from kpidash.services.demo_data import DEMO, demo_actuals, demo_catalogue

COMMITTED_AS_OF = date(2026, 10, 14)


def write(as_of: date, folder: Path) -> None:
    """Write `catalogue.yaml` and one `actuals/<department>.csv` per top department into `folder`."""
    text = demo_catalogue(as_of)
    (folder / "catalogue.yaml").write_text(_header(as_of) + text, encoding="utf-8")
    (folder / "actuals").mkdir(exist_ok=True)
    for department, rows in files(text, demo_actuals(as_of)).items():
        path = folder / "actuals" / f"{department}.csv"
        rows.to_csv(path, index=False, float_format="%.12g", lineterminator="\n")


def files(catalogue: str, actuals: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The actuals of each top department: periods as labels, and only the columns that it fills."""
    document = yaml.load(catalogue, Loader=yaml.CSafeLoader)
    start = document["company"]["fiscal_year_start"]
    parent = {department["code"]: department["parent"] for department in document["departments"]}
    owner = {kra["code"]: kra["department"] for kra in document["kras"]}
    frequency = {kpi["code"]: Frequency(kpi["frequency"]) for kpi in document["kpis"]}
    top = {kpi["code"]: _top(owner[kpi["kra"]], parent) for kpi in document["kpis"]}
    keys = actuals[["kpi", "period"]]
    labels = {
        (code, day): period_containing(day.date(), frequency[code], start).label(start)
        for code, day in keys.drop_duplicates().itertuples(index=False)
    }
    written = actuals.assign(period=[labels[key] for key in keys.itertuples(index=False, name=None)])
    by_department = written.groupby(written["kpi"].map(top), sort=False)
    return {str(name): rows.dropna(axis="columns", how="all") for name, rows in by_department}


def _top(department: str, parent: dict[str, str | None]) -> str:
    while above := parent[department]:
        department = above
    return department


def _header(as_of: date) -> str:
    return f"# Written by generate.py from the files in model/, as of {as_of}. Change those, not this.\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the demo company's catalogue and actuals.")
    parser.add_argument("--as-of", type=date.fromisoformat, default=COMMITTED_AS_OF, help="the day")
    parser.add_argument("--into", type=Path, default=DEMO, help="the folder to write to")
    chosen = parser.parse_args()
    write(chosen.as_of, chosen.into)
