"""The numbers of the demo company: one KPI's actuals over its periods, computed and never drawn in turn.

Every random part is a hash of (KPI, segment, period), so a period has the same value whichever day the demo
is loaded. Arrays are [segment, period]; days are int64 since 1970-01-01.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidash.services.demo.course import ANCHOR_YEAR, Course
from kpidash.services.demo.curves import Curves

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Spec = Mapping[str, Any]

MIDDLE = (date(ANCHOR_YEAR, 10, 1) - date(1970, 1, 1)).days
"""The middle of the fiscal year whose levels the model states: growth is counted from here."""

WAVES = ((431.0, 0.5), (187.0, 0.3), (83.0, 0.2))
"""Lengths in days and weights of the slow waves that make good and poor seasons of a KPI."""


@dataclass(frozen=True)
class Segment:
    """One combination of dimension values, its share of the company's volume and its name for hashing."""

    names: Mapping[str, str]
    share: float

    @property
    def key(self) -> str:
        """The dimension values as one text."""
        return "/".join(self.names[name] for name in sorted(self.names))


@dataclass(frozen=True)
class Span:
    """The periods of one KPI, `[starts, ends)`, and the elapsed part of each: 1 unless still running."""

    starts: Days
    ends: Days
    elapsed: Floats

    @property
    def middles(self) -> Days:
        """The middle day of each period."""
        middles: Days = (self.starts + self.ends) // 2
        return middles


def normal(key: str, numbers: Days) -> Floats:
    """A standard normal number for each of `numbers`, always the same for the same `key` and number.

    The sum of the four 16-bit parts of a hash (splitmix64): the same bits on every machine.
    """
    seed = np.frombuffer(hashlib.blake2b(key.encode(), digest_size=8).digest(), np.uint64)
    mixed = (numbers.astype(np.uint64) + seed) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    parts = mixed[..., np.newaxis] >> np.array([0, 16, 32, 48], np.uint64) & np.uint64(0xFFFF)
    drawn: Floats = (((parts.astype(np.float64) + 0.5) / 65536).sum(axis=-1) - 2) * np.sqrt(3.0)
    return drawn


def drift(key: str, days: Days) -> Floats:
    """A slow wave between about −1 and 1."""
    phases = normal(f"{key}|phase", np.arange(len(WAVES))) * np.pi
    waves = zip(WAVES, phases, strict=True)
    total: Floats = sum(
        (weight * np.sin(2 * np.pi * days / length + phase) for (length, weight), phase in waves),
        np.zeros(len(days)),
    )
    return total


def values(key: str, spec: Spec, span: Span, segments: list[Segment], curves: Curves) -> Floats:
    """The level of each segment in each period: trend, season, week, events, waves and noise multiplied.

    `spec` (all but level or course optional): level, growth (a year), course, season, weekday (seven factors
    from Monday), events (effect at full strength, or one per segment value), tilt (per segment value),
    drift, noise (relative), least and cap.
    """
    line = _trend(spec, span, curves) * curves.season(spec.get("season"), span.starts, span.ends)
    line = line * (1 + spec.get("drift", 0.0) * drift(key, span.middles))
    if "weekday" in spec:
        line = line * np.array(spec["weekday"])[(span.starts + 3) % 7]
    rows = [line * _segment_factor(key, spec, span, segment, curves) for segment in segments]
    found: Floats = np.clip(np.stack(rows), spec.get("least", -np.inf), spec.get("cap", np.inf))
    return found


def _trend(spec: Spec, span: Span, curves: Curves) -> Floats:
    if "course" in spec:
        ahead: float = 1 + spec.get("ahead", 0.0)
        return Course.of(spec["course"]).line(span.ends - 1, curves.first, curves.last) * ahead
    years = (span.middles - MIDDLE) / 365.25
    line: Floats = spec["level"] * (1 + spec.get("growth", 0.0)) ** years
    return line


def _segment_factor(key: str, spec: Spec, span: Span, segment: Segment, curves: Curves) -> Floats:
    noise = spec.get("noise", 0.0) * normal(f"{key}|{segment.key}", span.starts)
    factor = (1 + noise) * (1 + _for_segment(spec.get("tilt", {}), segment))
    for event, effect in spec.get("events", {}).items():
        strength = _for_segment(effect, segment) if isinstance(effect, Mapping) else effect
        if strength:
            factor = factor * (1 + strength * curves.event(event, span.starts, span.ends))
    total: Floats = factor
    return total


def _for_segment(effects: Mapping[str, float], segment: Segment) -> float:
    return sum(effects.get(value, 0.0) for value in segment.names.values())
