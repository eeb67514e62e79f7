"""A file in which one definition is other than in the catalogue: what forms make."""

import re
from datetime import date

import pytest

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Kind, What, differences, entities
from kpidash.ingest.definitions import (
    code_at,
    fields_of,
    lists_of,
    read_definitions,
    with_definition,
    without_definition,
)
from kpidash.services.demo_data import demo_catalogue


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    read = read_definitions(demo_catalogue(date(2026, 10, 14)), Catalogue.empty()).catalogue
    assert read is not None
    return read


def test_the_same_fields_in_place_of_each_definition_change_nothing(demo: Catalogue) -> None:
    for kind, fields in lists_of(demo).items():
        for code in [*fields][::9]:
            content, path = with_definition(demo, kind, code, fields[code])
            assert read_definitions(content, demo, prune=True).catalogue == demo, (kind, code)
            assert path == f"{kind}[{list(fields).index(code)}]"
    content, path = with_definition(demo, "company", None, fields_of(demo.company))
    assert (read_definitions(content, demo, prune=True).catalogue, path) == (demo, "company")


def test_texts_of_a_form_are_read_as_a_file_is_and_wrong_ones_found_at_its_path(demo: Catalogue) -> None:
    fields = {**lists_of(demo)["kpis"]["csat"], "weight": "2", "decimals": "many"}
    content, path = with_definition(demo, "kpis", "csat", fields)
    (problem,) = read_definitions(content, demo, prune=True).problems
    assert problem.path == f"{path}.decimals"
    assert code_at(content.encode(), "kpis", int(path[5:-1])) == "csat"
    content, _ = with_definition(demo, "kpis", "csat", fields | {"decimals": "1"})
    after = read_definitions(content, demo, prune=True).catalogue
    assert after is not None
    assert after.kpi("csat").weight == 2


@pytest.mark.parametrize(
    "text", ["yes", "null", "~", "2026-10", "- a: b", "a: b # c", "{x}", "'", '"', "1e5"]
)
def test_a_text_stays_the_text_that_was_typed(demo: Catalogue, text: str) -> None:
    fields = {**lists_of(demo)["kpis"]["csat"], "name": text, "source": text}
    content, _ = with_definition(demo, "kpis", "csat", fields)
    after = read_definitions(content, demo, prune=True).catalogue
    assert after is not None
    assert (after.kpi("csat").name, after.kpi("csat").source) == (text, text)


def test_a_new_definition_is_the_last_of_its_list(demo: Catalogue) -> None:
    content, path = with_definition(demo, "departments", None, {"code": "lab", "name": "Laboratory"})
    after = read_definitions(content, demo, prune=True).catalogue
    assert after is not None
    assert after.departments[-1].code == "lab"
    assert path == f"departments[{len(demo.departments)}]"


def test_a_code_that_is_taken_is_a_problem(demo: Catalogue) -> None:
    content, path = with_definition(demo, "departments", None, {"code": "sales", "name": "Another"})
    (problem,) = read_definitions(content, demo, prune=True).problems
    assert problem.path == f"{path}.code"


def test_with_a_department_all_that_is_in_it_goes_and_nothing_else(demo: Catalogue) -> None:
    after = read_definitions(
        without_definition(demo, "departments", "customer-service"), demo, prune=True
    ).catalogue
    assert after is not None
    gone = {(one.kind, one.code) for one in differences(demo, after)}
    assert {one.what for one in differences(demo, after)} == {What.REMOVED}
    below = demo.subtree("customer-service")
    assert {code for kind, code in gone if kind is Kind.DEPARTMENT} == below
    for kpi in demo.kpis:
        inside = demo.department_of(kpi).code in below
        assert ((Kind.KPI, kpi.code) in gone) is inside
        assert (kpi.code in entities(after, Kind.KPI)) is not inside


def test_a_kra_takes_its_kpis_with_it_and_a_kpi_goes_alone(demo: Catalogue) -> None:
    needed = {kpi.parent for kpi in demo.kpis} | {
        code for kpi in demo.kpis for code in re.findall(r"{([^{}]*)}", kpi.formula or "")
    }
    kra = next(one.code for one in demo.kras if not needed & {kpi.code for kpi in demo.kpis_of(one.code)})
    after = read_definitions(without_definition(demo, "kras", kra), demo, prune=True).catalogue
    assert after is not None
    expected = {(Kind.KRA, kra)} | {(Kind.KPI, one.code) for one in demo.kpis_of(kra)}
    assert {(one.kind, one.code) for one in differences(demo, after)} == expected
    kpi = next(one.code for one in demo.kpis if one.code not in needed)
    after = read_definitions(without_definition(demo, "kpis", kpi), demo, prune=True).catalogue
    assert after is not None
    assert [(one.kind, one.code) for one in differences(demo, after)] == [(Kind.KPI, kpi)]


def test_what_others_need_does_not_go_and_they_are_named(demo: Catalogue) -> None:
    text = without_definition(demo, "kpis", "sales-revenue")
    (first, *_) = read_definitions(text, demo, prune=True).problems
    assert "'sales-revenue'" in first.message
    assert code_at(text.encode(), "kpis", int(first.path[5:].partition("]")[0]))


def test_where_there_is_no_definition_there_is_no_code() -> None:
    assert code_at(b"kpis: [{name: x}, 3]", "kpis", 0) is None
    assert code_at(b"kpis: [{name: x}, 3]", "kpis", 1) is None
    assert code_at(b"kpis: [{name: x}, 3]", "kpis", 7) is None
    assert code_at(b"kras: {", "kpis", 0) is None
