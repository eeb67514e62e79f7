"""Layers and habits from DESIGN.md and docs/decisions, as far as import-linter cannot hold them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "kpidash").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
LONGEST_MODULE = 300
LONGEST_PAGE = 80
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_reads_the_environment(path):
    if path.name == "settings.py":
        return
    reads = [
        node
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert not reads


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_page_lies_in_a_folder_and_requires_a_permission_first(path):
    assert path.parent.parent == ROOT / "pages"
    body = [node for node in _tree(path).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    first = body[1] if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else body[0]
    calls = [
        node.func.id
        for node in ast.walk(first)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "require" in calls, "the first statement of a page is require(…)"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_are_short_and_import_no_sql_and_no_plotly(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_PAGE
    assert not _imports(path) & {"sqlalchemy", "plotly", "numpy"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_small_named_for_what_they_hold_and_say_what_they_are(path):
    assert path.stem not in FORBIDDEN_NAMES
    if "migrations" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(_tree(path)) or not path.read_text(encoding="utf-8").strip()


def test_nothing_draws_html_from_data():
    for path in [*SOURCES, *PAGES]:
        assert "unsafe_allow_html" not in path.read_text(encoding="utf-8"), path
