"""Every command, option, setting, page and habit stands in the README."""

import re
from pathlib import Path

import click
import pytest

from kpidash.cli.main import kpidash
from kpidash.domain.access import POLICY, Capability, Role

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands(group: click.Group, prefix: str) -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += _commands(command, f"{prefix} {name}")
        else:
            found.append((f"{prefix} {name}", command))
    return found


COMMANDS = _commands(kpidash, "kpidash")


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_stands_in_the_readme(name):
    assert f"`{name}" in README


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_option_stands_in_the_readme_and_every_help_has_an_example(name, command):
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert f"{option.opts[0]}" in README, option.opts
    assert f"Example: {name}" in (command.help or "")


def test_every_setting_stands_in_the_readme():
    sources = [ROOT / "kpidash" / "settings.py", ROOT / "tests" / "conftest.py"]
    settings = {name for source in sources for name in re.findall(r"KPIDASH_[A-Z_]+", source.read_text())}
    assert {name for name in settings if f"`{name}`" not in README} == set()


def test_every_page_stands_in_the_readme():
    pages = {str(page.relative_to(ROOT)) for page in (ROOT / "pages").rglob("*.py")}
    assert {page for page in pages if f"`{page}`" not in README} == set()


def test_every_habit_of_the_makefile_stands_in_the_readme():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    internal = {"install", "browser", "clean"}
    assert {target for target in targets - internal if f"`make {target}`" not in README} == set()


def test_every_link_of_the_readme_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_the_matrix_of_roles_in_the_documentation_is_the_policy() -> None:
    lines = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| role |"))
    heads = [cell.strip().replace(" ", "_") for cell in lines[start].strip("|").split("|")][1:]
    assert heads == [str(one) for one in Capability]
    told = {}
    for line in lines[start + 2 : start + 2 + len(Role)]:
        role, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        told[Role(role.replace(" ", "_"))] = {
            Capability(name) for name, cell in zip(heads, cells, strict=True) if cell
        }
    assert told == POLICY
