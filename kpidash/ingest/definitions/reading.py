"""Catalogue files (CONTRACT.md): text over the stored catalogue → the catalogue as it would be, or problems.

A file may be partial: what is absent from it stays as it is stored, unless `prune` is asked for.
"""

import dataclasses
from collections.abc import Mapping as Table
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Company, Department, Kpi, Kra
from kpidash.domain.formula import parse_formula
from kpidash.domain.problems import Problem
from kpidash.domain.references import Links, flaws
from kpidash.ingest.definitions.blocks import Block, Report, read_block, read_items
from kpidash.ingest.definitions.drafts import Draft, merged, stored_draft
from kpidash.ingest.definitions.fields import COMPANY, DEPARTMENT, KPI, KRA, Schema
from kpidash.ingest.definitions.kpis import check_kpi, kpi_draft
from kpidash.ingest.definitions.reported import check_fiscal_year, check_reported
from kpidash.ingest.definitions.targets import relabelled
from kpidash.ingest.definitions.yaml_tree import Mapping, Node, Scalar, read_tree

_FILE: Schema = dict.fromkeys(("company", "departments", "kras", "kpis"))
_LISTS: dict[str, tuple[type[Department | Kra | Kpi], Schema]] = {
    "departments": (Department, DEPARTMENT),
    "kras": (Kra, KRA),
    "kpis": (Kpi, KPI),
}
MOST_PROBLEMS = 1_000
"""Problems described one by one; a file with more is not a catalogue."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """The catalogue that a file would make; or None, and every problem of the file by line."""

    catalogue: Catalogue | None
    problems: tuple[Problem, ...] = ()


def read_definitions(
    content: str | bytes,
    stored: Catalogue,
    *,
    prune: bool = False,
    reported: Table[str, Kpi] = MappingProxyType({}),
) -> Definitions:
    """What the stored catalogue becomes when the YAML `content` is applied to it.

    Definitions that the file does not mention stay, and so do fields, targets (by period or first day) and
    benchmarks (by name); a null gives a field its default. With `prune` what is absent goes.
    Stored definitions keep their order and new ones follow; with `prune` the file's order holds.
    `reported` are the KPIs that have actuals, by code, retired ones too; what would misread these is a
    problem.
    """
    root = read_tree(content)
    if isinstance(root, Problem):
        return Definitions(None, (root,))
    return _Reading(stored, prune, reported, Report()).of(root)


@dataclass(frozen=True, slots=True)
class _Reading:
    stored: Catalogue
    prune: bool
    reported: Table[str, Kpi]
    report: Report

    def of(self, root: Node) -> Definitions:
        if isinstance(root, Scalar) and root.text is None:
            if self.prune:
                self.report.add(
                    "", root.line, "the file is empty; pruning by it would remove every definition"
                )
            root = Mapping(root.line)
        top = read_block(root, "", _FILE, self.report)
        if top is None:
            return self.refused()
        company = self.company(top)
        year_start = company.values.get("fiscal_year_start", self.stored.company.fiscal_year_start)
        check_fiscal_year(company, self.stored.company, self.reported, self.report)
        drafts = {name: self.drafts(name, top, year_start) for name in _LISTS}
        self.check_references(drafts)
        if self.report.problems:
            return self.refused()
        lists = {
            name: tuple(draft.build(kind) for draft in drafts[name].values())
            for name, (kind, _) in _LISTS.items()
        }
        return Definitions(Catalogue(company=company.build(Company), **lists))

    def refused(self) -> Definitions:
        ordered = sorted(self.report.problems, key=_by_line)
        if len(ordered) > MOST_PROBLEMS:
            rest = Problem("", None, f"and {len(ordered) - MOST_PROBLEMS} more problems")
            ordered = [*ordered[:MOST_PROBLEMS], rest]
        return Definitions(None, tuple(ordered))

    def company(self, top: Block) -> Draft:
        node = top.nested.get("company", Scalar(None, 1))
        if isinstance(node, Scalar) and node.text is None:
            node = Mapping(node.line)
        block = read_block(node, "company", COMPANY, self.report) or Block("company", node.line)
        # A file without a company says nothing about it, even when it prunes.
        keep = not self.prune or not block.lines
        return Draft(
            "company", merged(block, Company, self.stored.company if keep else None, self.report), block
        )

    def drafts(self, name: str, top: Block, year_start: int) -> dict[str, Draft]:
        """The definitions of one list as they would be, by code, in their order."""
        kind, schema = _LISTS[name]
        stored = {entity.code: self.in_year(entity, year_start) for entity in getattr(self.stored, name)}
        found: dict[str, Draft] = {}
        for path, node in read_items(top.nested.get(name, Scalar(None, 1)), name, self.report):
            block = read_block(node, path, schema, self.report)
            if block is None:
                continue
            code = self.code(block, node, found)
            before = None if self.prune else stored.get(code)
            values = merged(block, kind, before, self.report)
            if kind is Kpi:
                found[code] = kpi_draft(block, values, year_start, self.report)
            else:
                found[code] = Draft(path, values, block)
        if not self.prune:
            kept = {code: stored_draft(name, entity) for code, entity in stored.items()}
            found = kept | found
        if kind is Kpi:
            for code, draft in found.items():
                check_kpi(draft, year_start, self.report)
                if code in self.reported:
                    check_reported(draft, self.reported[code], self.report)
        return found

    def code(self, block: Block, node: Node, found: dict[str, Draft]) -> str:
        """By what the definition is known while reading: its code, right or wrong, else its path."""
        written = node.values.get("code") if isinstance(node, Mapping) else None
        text = written.text if isinstance(written, Scalar) else None
        code = (text or "").strip() or block.path
        if code in found:
            first = found[code].at("code")[1]
            self.report.add(*block.at("code"), f"the code '{code}' is already given in line {first}")
            return block.path
        return code

    def in_year(self, entity: Any, year_start: int) -> Any:
        """A stored definition whose targets keep their labels although the fiscal year may begin anew."""
        before = self.stored.company.fiscal_year_start
        if before == year_start or not isinstance(entity, Kpi):
            return entity
        targets = tuple(relabelled(target, before, year_start) for target in entity.targets)
        return dataclasses.replace(entity, targets=targets)

    def check_references(self, drafts: dict[str, dict[str, Draft]]) -> None:
        found = flaws(
            {code: draft.values.get("parent") for code, draft in drafts["departments"].items()},
            {code: draft.values.get("department") for code, draft in drafts["kras"].items()},
            {code: _links(draft) for code, draft in drafts["kpis"].items()},
        )
        for flaw in islice(found, MOST_PROBLEMS):
            path, line = drafts[flaw.kind][flaw.code].at(flaw.field)
            self.report.add(path, line, flaw.message)


def _by_line(problem: Problem) -> tuple[bool, int]:
    return problem.line is None, problem.line or 0


def _links(draft: Draft) -> Links:
    values = draft.values
    formula = values.get("formula")
    return Links(
        kra=values.get("kra"),
        parent=values.get("parent"),
        level=values.get("level"),
        frequency=values.get("frequency"),
        formula=parse_formula(formula) if formula else None,
    )
