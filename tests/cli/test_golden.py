"""The worked cases through the command line, on both databases."""

import pytest

from tests.cli.run import run
from tests.golden_cases import GoldenCase, differences, golden_cases


@pytest.mark.parametrize("case", golden_cases(), ids=str)
def test_the_command_line_answers_the_worked_cases(case: GoldenCase, database_url: str) -> None:
    at = ("--database-url", database_url, "--json")
    assert run("catalogue", "apply", str(case.catalogue_file), *at).code == 0
    loaded = run("ingest", str(case.actuals_file), *at)
    assert loaded.code == 0, loaded.out[:2000]
    assert loaded.json["state"] == "committed"
    wrong = {}
    for expected in case.scorecards:
        asked = expected["ask"]
        answer = run("scorecard", "--window", asked["window"], "--as-of", asked["as_of"], *at)
        wrong[str(asked)] = differences(expected, answer.json)
    assert wrong == {asked: [] for asked in wrong}
    assert run("verify", *at).json["differences"] == []
