"""A catalogue as the YAML file that CONTRACT.md documents, which reads back to the same catalogue."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Benchmark, Department, Kpi, Kra, PeriodTarget, Trajectory
from kpidash.ingest.definitions.fields import BENCHMARK, COMPANY, DEPARTMENT, KPI, KRA, Schema

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TAG = "tag:yaml.org,2002:"


def write_definitions(catalogue: Catalogue) -> str:
    """YAML in the documented order of keys; fields at their default are left out, the company's are not."""
    written: str = yaml.serialize(_tree(catalogue), Dumper=_DUMPER, allow_unicode=True, width=110)
    return written


def plain_definitions(catalogue: Catalogue) -> dict[str, Any]:
    """The same as JSON can hold it; days are text in ISO 8601."""
    found = yaml.constructor.SafeConstructor().construct_document(_tree(catalogue))
    plain: dict[str, Any] = json.loads(json.dumps(found, default=date.isoformat))
    return plain


def _tree(catalogue: Catalogue) -> yaml.MappingNode:
    year_start = catalogue.company.fiscal_year_start
    company = {key: getattr(catalogue.company, key) for key in COMPANY}
    content: dict[str, yaml.Node] = {
        "company": _mapping({key: value for key, value in company.items() if value is not None})
    }
    lists: dict[str, Iterable[yaml.Node]] = {
        "departments": (_flow(_fields(one, DEPARTMENT)) for one in catalogue.departments),
        "kras": (_flow(_fields(kra, KRA)) for kra in catalogue.kras),
        "kpis": (_mapping(_kpi(kpi, year_start)) for kpi in catalogue.kpis),
    }
    for name, nodes in lists.items():
        if made := list(nodes):
            content[name] = yaml.SequenceNode(f"{_TAG}seq", made, flow_style=False)
    return _mapping(content)


def _fields(entity: Department | Kra | Kpi | Benchmark, schema: Schema) -> dict[str, Any]:
    """The fields of a definition that say something, in the order of `schema`."""
    defaults = {one.name: one.default for one in dataclasses.fields(entity)}
    values = {key: getattr(entity, key) for key in schema}
    return {key: value for key, value in values.items() if value != defaults[key]}


def _kpi(kpi: Kpi, year_start: int) -> dict[str, Any]:
    fields = _fields(kpi, KPI)
    if kpi.targets:
        fields["targets"] = [_flow(_target(target, year_start)) for target in kpi.targets]
    if kpi.benchmarks:
        fields["benchmarks"] = [_flow(_fields(benchmark, BENCHMARK)) for benchmark in kpi.benchmarks]
    return fields


def _target(target: PeriodTarget | Trajectory, year_start: int) -> dict[str, Any]:
    if isinstance(target, PeriodTarget):
        fields = {
            "period": target.period.label(year_start),
            "value": target.value,
            "low": target.low,
            "high": target.high,
            "phasing": target.phasing,
        }
        return {key: value for key, value in fields.items() if value is not None}
    goal = {"value": target.value} if target.change is None else {"change": _percent(target.change)}
    return {"baseline": target.baseline, "from": target.begins, **goal, "due": target.due}


def _percent(change: float) -> str:
    """`-5%` for −0.05, with every digit that the number has."""
    return f"{Decimal(repr(change)).scaleb(2).normalize():f}%"


def _mapping(fields: Mapping[str, Any]) -> yaml.MappingNode:
    pairs = [(_node(key), _node(value)) for key, value in fields.items()]
    return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=False)


def _flow(fields: Mapping[str, Any]) -> yaml.MappingNode:
    node = _mapping(fields)
    node.flow_style = True
    return node


def _node(value: Any) -> yaml.Node:
    if isinstance(value, yaml.Node):
        return value
    if isinstance(value, list | tuple):
        nodes = [_node(item) for item in value]
        flow = not any(isinstance(node, yaml.MappingNode) for node in nodes)
        return yaml.SequenceNode(f"{_TAG}seq", nodes, flow_style=flow)
    if isinstance(value, date):
        return yaml.ScalarNode(f"{_TAG}timestamp", value.isoformat())
    if isinstance(value, int | float):
        return _number(value)
    return yaml.ScalarNode(f"{_TAG}str", str(value))


def _number(value: float) -> yaml.ScalarNode:
    """Digits that YAML reads as the same number, without a fraction where there is none."""
    if float(value).is_integer() and abs(value) < 1e15:
        return yaml.ScalarNode(f"{_TAG}int", str(int(value)))
    digits = repr(float(value))
    if "." not in digits:  # 1e+16 is no number to YAML 1.1, 1.0e+16 is
        digits = digits.replace("e", ".0e")
    return yaml.ScalarNode(f"{_TAG}float", digits)
