"""What only KPIs have in a catalogue file: lists inside them, and rules between their fields."""

from collections.abc import Iterator
from typing import Any

from kpidash.domain.definitions import PeriodTarget, Trajectory
from kpidash.domain.kinds import Direction
from kpidash.ingest.definitions.blocks import Block, Report, read_items, read_scalar
from kpidash.ingest.definitions.drafts import Draft
from kpidash.ingest.definitions.targets import Target, read_benchmarks, read_targets
from kpidash.ingest.definitions.values import Wrong, dimension
from kpidash.ingest.definitions.yaml_tree import Node


def kpi_draft(block: Block, values: dict[str, Any], year_start: int, report: Report) -> Draft:
    """The draft of a KPI: its lists in the file go over those in `values`, which come from the store."""
    nested = block.nested
    if "dimensions" in nested:
        values["dimensions"] = tuple(_dimensions(nested["dimensions"], block.at("dimensions")[0], report))
    places: dict[Any, Block] = {}
    if "targets" in nested:
        targets: dict[Any, Target] = {target.key: target for target in values["targets"]}
        for target, place in read_targets(nested["targets"], block.at("targets")[0], year_start, report):
            targets[target.key] = target
            places[target.key] = place
        values["targets"] = tuple(targets.values())
    if "benchmarks" in nested:
        benchmarks = {benchmark.name: benchmark for benchmark in values["benchmarks"]}
        for benchmark, _ in read_benchmarks(nested["benchmarks"], block.at("benchmarks")[0], report):
            benchmarks[benchmark.name] = benchmark
        values["benchmarks"] = tuple(benchmarks.values())
    return Draft(block.path, values, block, places)


def _dimensions(node: Node, path: str, report: Report) -> Iterator[str]:
    seen: set[str] = set()
    for where, item in read_items(node, path, report):
        try:
            name = read_scalar(item, dimension)
        except Wrong as wrong:
            report.add(where, item.line, str(wrong))
            continue
        if name is None or name.casefold() in seen:
            report.add(where, item.line, "is empty" if name is None else f"'{name}' is given twice")
            continue
        seen.add(name.casefold())
        yield name


def check_kpi(draft: Draft, year_start: int, report: Report) -> None:
    """Note what does not go together in a KPI; what is not known is not judged."""
    values = draft.values
    on_target, at_risk = values.get("on_target"), values.get("at_risk")
    if on_target is not None and at_risk is not None and at_risk > on_target:
        field = "at_risk" if draft.block is not None and draft.block.given("at_risk") else "on_target"
        report.add(*draft.at(field), f"at_risk ({at_risk:g}) must not be above on_target ({on_target:g})")
    only_stored: list[str] = []
    for target in values["targets"]:
        place = draft.targets.get(target.key)
        for field, message in _target_flaws(target, values):
            if place is not None:
                report.add(*place.at(field), message)
            else:
                only_stored.append(f"{_name(target, year_start)}: {message}")
    if only_stored:
        more = f" (and {len(only_stored) - 1} more of its targets)" if len(only_stored) > 1 else ""
        hint = "give that target anew, or drop it with --prune"
        message = f"does not go with the stored target {only_stored[0]}{more}; {hint}"
        report.add(*draft.at("direction"), message)


def _target_flaws(target: Target, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    direction = values.get("direction")
    if direction is not None and not target.fits(direction):
        if isinstance(target, Trajectory):
            yield "baseline", "a maintain KPI has no trajectory; give a period with low and high"
        elif direction is Direction.MAINTAIN:
            yield "value", "a maintain KPI needs low and high instead of a value"
        else:
            yield "low", f"low and high are for maintain KPIs; this one ({direction}) needs a value"


def _name(target: Target, year_start: int) -> str:
    if isinstance(target, PeriodTarget):
        return target.period.label(year_start)
    return f"from {target.begins}"
