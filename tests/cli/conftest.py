"""The command line on a database with a small company."""

from pathlib import Path

import pytest

from tests.cli.company import CATALOGUE, CommandLine


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> CommandLine:
    """The command line on an empty database, on each kind."""
    return CommandLine(database_url, tmp_path)


@pytest.fixture
def kpidash(bare: CommandLine) -> CommandLine:
    """The command line on a database with a small company and no numbers, on each kind."""
    assert bare.apply(CATALOGUE)["state"] == "applied"
    return bare


@pytest.fixture(scope="module")
def company(sqlite_template: Path, tmp_path_factory) -> CommandLine:
    """The command line on a small company, in a SQLite file that the tests of a module share."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "company.db").write_bytes(sqlite_template.read_bytes())
    line = CommandLine(f"sqlite:///{folder / 'company.db'}", folder)
    line.apply(CATALOGUE)
    return line
