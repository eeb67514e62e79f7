"""The worked cases: companies with their actuals and the scorecards that are right for them.

They are read from `../shared/golden` when that folder is present beside the project, so that a newer set
counts at once, else from `tests/golden`.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_PROJECT = Path(__file__).resolve().parents[1]
_BESIDE = _PROJECT.parent / "shared" / "golden"
FOLDER = _BESIDE if _BESIDE.is_dir() else _PROJECT / "tests" / "golden"
RELATIVE = 1e-6
"""How closely the numbers of two answers agree."""


@dataclass(frozen=True)
class GoldenCase:
    """One company: the folder with its `catalogue.yaml` and `actuals.csv`, and the expected scorecards."""

    folder: Path

    @property
    def catalogue_file(self) -> Path:
        return self.folder / "catalogue.yaml"

    @property
    def actuals_file(self) -> Path:
        return self.folder / "actuals.csv"

    @property
    def catalogue(self) -> dict[str, Any]:
        """The catalogue as the file writes it."""
        return yaml.safe_load(self.catalogue_file.read_text(encoding="utf-8"))

    @property
    def scorecards(self) -> list[dict[str, Any]]:
        """Scorecards, each with the question it answers under `ask` (window and as_of)."""
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    def __str__(self) -> str:
        return self.folder.name


def golden_cases() -> list[GoldenCase]:
    """All worked cases, in the order of their names."""
    return [GoldenCase(path.parent) for path in sorted(FOLDER.glob("*/expected.json"))]


def differences(expected: Any, got: Any, place: str = "") -> list[str]:
    """What differs, one sentence each; of `got` only what `expected` names counts, in the same order."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return [
            found
            for name, value in expected.items()
            if name != "ask"
            for found in differences(value, got.get(name, "nothing"), f"{place}.{name}".lstrip("."))
        ]
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [
            found
            for number, (one, other) in enumerate(zip(expected, got, strict=True))
            for found in differences(one, other, f"{place}[{_name(one, number)}]")
        ]
    return [] if _agree(expected, got) else [f"{place} is {got!r}, expected {expected!r}"]


def _name(one: Any, number: int) -> Any:
    return one.get("code", number) if isinstance(one, dict) else number


def _agree(expected: Any, got: Any) -> bool:
    numbers = isinstance(expected, int | float) and isinstance(got, int | float)
    if numbers and not isinstance(expected, bool):
        return math.isclose(expected, got, rel_tol=RELATIVE, abs_tol=1e-9)
    return expected == got
