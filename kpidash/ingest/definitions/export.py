"""A catalogue as the YAML file that CONTRACT.md documents, which reads back to the same catalogue."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Benchmark, Company, Department, Kpi, Kra, PeriodTarget, Trajectory
from kpidash.ingest.definitions.fields import BENCHMARK, COMPANY, DEPARTMENT, KPI, KRA, Schema

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TAG = "tag:yaml.org,2002:"


def write_definitions(catalogue: Catalogue) -> str:
    """YAML in the documented order of keys; fields at their default are left out, the company's are not."""
    return written(fields_of(catalogue.company), lists_of(catalogue))


def plain_definitions(catalogue: Catalogue) -> dict[str, Any]:
    """The same as JSON can hold it; days are text in ISO 8601."""
    tree = _tree(fields_of(catalogue.company), lists_of(catalogue))
    found = yaml.constructor.SafeConstructor().construct_document(tree)
    plain: dict[str, Any] = json.loads(json.dumps(found, default=date.isoformat))
    return plain


Fields = Mapping[str, Any]
"""The keys of one definition as they stand in a file, with texts, numbers, days and lists as values."""


def lists_of(catalogue: Catalogue) -> dict[str, dict[str, Fields]]:
    """The definitions by the name of their list and by code, as they stand in a file."""
    year_start = catalogue.company.fiscal_year_start
    return {
        "departments": {one.code: _fields(one, DEPARTMENT) for one in catalogue.departments},
        "kras": {kra.code: _fields(kra, KRA) for kra in catalogue.kras},
        "kpis": {kpi.code: _kpi(kpi, year_start) for kpi in catalogue.kpis},
    }


def fields_of(company: Company) -> Fields:
    """What a file says of the company."""
    fields = {key: getattr(company, key) for key in COMPANY}
    return {key: value for key, value in fields.items() if value is not None}


def written(company: Fields, lists: Mapping[str, Mapping[str, Fields]]) -> str:
    """The file that says this."""
    text: str = yaml.serialize(_tree(company, lists), Dumper=_DUMPER, allow_unicode=True, width=110)
    return text


def _tree(company: Fields, lists: Mapping[str, Mapping[str, Fields]]) -> yaml.MappingNode:
    content: dict[str, yaml.Node] = {"company": _mapping(company)}
    for name, entries in lists.items():
        draw = _mapping if name == "kpis" else _flow
        if made := [draw(fields) for fields in entries.values()]:
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
        fields["targets"] = [_target(target, year_start) for target in kpi.targets]
    if kpi.benchmarks:
        fields["benchmarks"] = [_fields(benchmark, BENCHMARK) for benchmark in kpi.benchmarks]
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
    if isinstance(value, Mapping):
        return _flow(value)
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
