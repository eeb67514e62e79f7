"""From actual and target to variance, attainment, status and score: RULES.md §6, column by column."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.rollup import Floats

Columns = Mapping[str, NDArray[Any]]
"""Columns by name, all of one length: one element per KPI."""

STATUSES = ("on_target", "at_risk", "off_target", "stale", "no_target", "no_data")
"""Every status, never a colour."""

HIGHEST_SCORE = 120.0
PRECISION = 9
"""Decimal places that attainments and rolled-up scores are rounded to before any comparison."""

NOISE = 1e-12
"""Share of an actual and its target below which their difference is floating-point noise: 0."""

ROLLED_UP_ON_TARGET = 100.0
ROLLED_UP_AT_RISK = 90.0
LEAST_COVERAGE = 0.5


def variance(facts: Columns) -> Floats:
    """Compared actual − target to date, positive when favourable; in the unit of the KPI.

    `facts`: direction, actual, target, low, high (the compared actual and the targets to date).
    """
    actual, target, low, high = _columns(facts, "actual", "target", "low", "high")
    over_low, under_high = _gap(actual, low), _gap(high, actual)
    outside = -np.minimum(np.abs(over_low), np.abs(under_high))
    by_direction = {
        "increase": _gap(actual, target),
        "decrease": _gap(target, actual),
        "maintain": np.where((over_low >= 0) & (under_high >= 0), 0.0, outside),
    }
    return _select(facts["direction"], by_direction)


def attainment(facts: Columns) -> Floats:
    """Share of the target achieved, 1.0 = met; missing where only the sign of the variance can decide.

    `facts` as for `variance`, with `baseline`: the baseline to date of a KPI on a trajectory, else missing.
    """
    actual, target, low, high, baseline = _columns(facts, "actual", "target", "low", "high", "baseline")
    on_path = ~np.isnan(baseline)
    asked = _gap(target, baseline)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = (actual - baseline) / asked
        increase = np.where(
            on_path,
            np.where(asked > 0, change, np.nan),
            np.where(target > 0, actual / target, np.nan),
        )
        decrease = np.where(
            on_path,
            np.where(asked < 0, change, np.nan),
            np.where(target > 0, 2 - actual / target, np.nan),
        )
        below = np.where(low > 0, actual / low, np.nan)
        above = np.where(high > 0, 2 - actual / high, np.nan)
    is_below, is_above = _gap(actual, low) < 0, _gap(high, actual) < 0
    inside = np.where(np.isnan(actual) | np.isnan(low) | np.isnan(high), np.nan, 1.0)
    maintain = np.where(is_below, below, np.where(is_above, above, inside))
    found = _select(facts["direction"], {"increase": increase, "decrease": decrease, "maintain": maintain})
    return np.where(np.isfinite(found), np.round(found, PRECISION), np.nan)


def amount(direction: str, target: Floats, share: float) -> Floats:
    """The value that attains a share of a target above 0: the inverse of `attainment` off a trajectory.

    Missing for targets of 0 or less and for KPIs to keep level.
    """
    factor = {"increase": share, "decrease": 2 - share}.get(direction, np.nan)
    return np.where(target > 0, target * factor, np.nan)


def status(judged: Columns) -> NDArray[np.str_]:
    """The status of each KPI, first rule that applies.

    `judged`: has_actual, is_stale, is_compared (bool), attainment, variance and the thresholds
    on_target and at_risk.
    """
    reached, over = _columns(judged, "attainment", "variance")
    signed = np.isnan(reached)
    rules: dict[str, NDArray[np.bool_]] = {
        "no_data": ~judged["has_actual"],
        "stale": judged["is_stale"],
        "no_target": ~judged["is_compared"],
        "on_target": np.where(signed, over >= 0, reached >= judged["on_target"]),
        "at_risk": ~signed & (reached >= judged["at_risk"]),
    }
    return np.select(list(rules.values()), list(rules), "off_target")


def score(judged: Columns) -> Floats:
    """0 to 120, 100 = target met; missing where the status withholds judgement.

    `judged`: status, attainment, variance.
    """
    reached, over = _columns(judged, "attainment", "variance")
    earned = np.where(
        np.isnan(reached), np.where(over >= 0, 100.0, 0.0), np.clip(100 * reached, 0.0, HIGHEST_SCORE)
    )
    scored = np.isin(judged["status"], ["on_target", "at_risk", "off_target"])
    return np.where(scored, earned, np.nan)


def roll_up(scores: Floats, weights: Floats, groups: NDArray[np.int64], count: int) -> pd.DataFrame:
    """Weighted score, status and coverage of each of `count` groups; `groups` numbers each member's group.

    score = Σ w·s ÷ Σ w over the scored members; coverage = Σ w of the scored ÷ Σ w of all. Below half
    coverage there is no score and the status is no_data.
    """
    scored = ~np.isnan(scores)
    weight = np.bincount(groups, weights, count)
    covered = np.bincount(groups, np.where(scored, weights, 0.0), count)
    earned = np.bincount(groups, np.where(scored, weights * np.where(scored, scores, 0.0), 0.0), count)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(weight > 0, np.round(covered / weight, 12), 0.0)
        rolled = np.round(np.where(coverage >= LEAST_COVERAGE, earned / covered, np.nan), PRECISION)
    rules = {
        "no_data": np.isnan(rolled),
        "on_target": rolled >= ROLLED_UP_ON_TARGET,
        "at_risk": rolled >= ROLLED_UP_AT_RISK,
    }
    states = np.select(list(rules.values()), list(rules), "off_target")
    return pd.DataFrame({"score": rolled, "status": states, "coverage": coverage})


def _columns(columns: Columns, *names: str) -> list[Floats]:
    return [columns[name] for name in names]


def _gap(more: Floats, less: Floats) -> Floats:
    """more − less, exactly 0 where the two are equal but for floating-point noise: −0.1 − 0.2 is −0.3."""
    difference = more - less
    equal = np.abs(difference) <= NOISE * np.maximum(np.abs(more), np.abs(less))
    return np.where(equal, 0.0, difference)


def _select(direction: NDArray[np.str_], values: dict[str, Floats]) -> Floats:
    return np.select([direction == name for name in values], list(values.values()), np.nan)
