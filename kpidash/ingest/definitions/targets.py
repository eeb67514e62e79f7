"""Targets and benchmarks of one KPI in a catalogue file."""

import dataclasses
import math
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from kpidash.domain.definitions import Benchmark, PeriodTarget, Trajectory
from kpidash.domain.period import parse_period
from kpidash.ingest.definitions.blocks import Block, Report, read_block, read_items, require
from kpidash.ingest.definitions.fields import BENCHMARK, PERIOD_TARGET, TRAJECTORY
from kpidash.ingest.definitions.yaml_tree import Mapping, Node

Target = PeriodTarget | Trajectory
Read = TypeVar("Read")


def read_targets(
    node: Node, path: str, fiscal_year_start: int, report: Report
) -> Iterator[tuple[Target, Block]]:
    """The targets that are right, with the places where they stand."""

    def read(item: Node, where: str) -> tuple[Target, Block] | None:
        return _read_target(item, where, fiscal_year_start, report)

    return _once(node, path, read, lambda target: target.key, report)


def read_benchmarks(node: Node, path: str, report: Report) -> Iterator[tuple[Benchmark, Block]]:
    """The benchmarks that are right, with the places where they stand."""

    def read(item: Node, where: str) -> tuple[Benchmark, Block] | None:
        block = read_block(item, where, BENCHMARK, report)
        if block is None:
            return None
        require(block, "name", "value", report=report)
        values = block.values
        if block.wrong or values.get("name") is None or values.get("value") is None:
            return None
        return Benchmark(name=values["name"], value=values["value"], source=values.get("source")), block

    return _once(node, path, read, lambda benchmark: benchmark.name, report)


def relabelled(target: Target, before: int, after: int) -> Target:
    """The target under the same label when the fiscal year of the company begins in another month."""
    if isinstance(target, Trajectory):
        return target
    return dataclasses.replace(target, period=parse_period(target.period.label(before), after))


def _once(
    node: Node,
    path: str,
    read: Callable[[Node, str], tuple[Read, Block] | None],
    key: Callable[[Read], Hashable],
    report: Report,
) -> Iterator[tuple[Read, Block]]:
    """Items in the order of the file; a second one with the same key is a problem."""
    seen: dict[Hashable, int] = {}
    for where, item in read_items(node, path, report):
        found = read(item, where)
        if found is None:
            continue
        if key(found[0]) in seen:
            report.add(where, item.line, f"given already in line {seen[key(found[0])]}; remove one of them")
            continue
        seen[key(found[0])] = item.line
        yield found


def _read_target(
    item: Node, where: str, fiscal_year_start: int, report: Report
) -> tuple[Target, Block] | None:
    keys = item.values if isinstance(item, Mapping) else {}
    if "period" in keys or not keys.keys() & {"baseline", "from", "due", "change"}:
        return _read_period_target(item, where, fiscal_year_start, report)
    return _read_trajectory(item, where, report)


def _read_period_target(
    item: Node, where: str, fiscal_year_start: int, report: Report
) -> tuple[Target, Block] | None:
    block = read_block(item, where, PERIOD_TARGET, report)
    if block is None:
        return None
    before = len(report.problems)
    require(block, "period", report=report)
    if not any(block.given(key) for key in ("value", "low", "high")):
        report.add(where, block.line, "a target needs a value, or low and high for a maintain KPI")
    elif block.given("value") and (block.given("low") or block.given("high")):
        report.add(*block.at("value"), "give either value, or low and high, not both")
    elif not block.given("value"):
        require(block, "low", "high", report=report)
    values = {key: block.values.get(key) for key in PERIOD_TARGET}
    label = values.pop("period")
    period = None
    try:
        period = parse_period(label, fiscal_year_start) if label is not None else None
    except ValueError as error:
        report.add(*block.at("period"), str(error))
    if values["low"] is not None and values["high"] is not None and values["low"] > values["high"]:
        report.add(*block.at("low"), "low is above high")
    if period is None or block.wrong or len(report.problems) > before:
        return None
    return PeriodTarget(period=period, **values), block


def _read_trajectory(item: Node, where: str, report: Report) -> tuple[Target, Block] | None:
    block = read_block(item, where, TRAJECTORY, report)
    if block is None:
        return None
    before = len(report.problems)
    require(block, "baseline", "from", "due", report=report)
    if block.given("value") == block.given("change"):
        report.add(where, block.line, "a trajectory needs exactly one of value and change")
    baseline, value, change, begins, due = (
        block.values.get(key) for key in ("baseline", "value", "change", "from", "due")
    )
    if begins is not None and due is not None and begins >= due:
        report.add(*block.at("due"), f"due must be after from ({begins})")
    if baseline is not None and change is not None:
        value = baseline * (1 + change)
        if not math.isfinite(value):
            report.add(*block.at("change"), "baseline and change make too large a number")
    if block.wrong or len(report.problems) > before:
        return None
    if baseline is None or value is None or begins is None or due is None:
        return None
    return Trajectory(baseline=baseline, begins=begins, due=due, value=value, change=change), block
