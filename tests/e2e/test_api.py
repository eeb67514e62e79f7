"""The API as its document says it, asked with curl of a server that runs app.py."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kpidash.domain.access import Role
from tests.cli.company import CommandLine
from tests.e2e.conftest import serving

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```(?:\n```json\n(.*?)```)?", DOCUMENT, re.DOTALL)
ANALYST = "divya.menon@example.com"
CATALOGUE = """
departments: [{code: sales, name: Sales}, {code: service, name: Service}]
kras: [{code: growth, department: sales, name: Growth}]
kpis:
  - {code: sales-revenue, kra: growth, name: Sales revenue, unit: currency, direction: increase,
     frequency: daily, aggregation: sum, dimensions: [region], targets: [{period: 2026-10, value: 5000000}]}
"""


@pytest.fixture
def company(sqlite_template: Path, tmp_path: Path) -> CommandLine:
    """A company with the KPI of the examples and their analyst."""
    line = CommandLine(f"sqlite:///{tmp_path / 'company.db'}", tmp_path)
    (tmp_path / "company.db").write_bytes(sqlite_template.read_bytes())
    line.apply(CATALOGUE)
    line.hire(ANALYST, Role.ANALYST)
    return line


def test_every_example_of_the_document_answers_as_it_says(company: CommandLine, tmp_path: Path) -> None:
    make, *questions = EXAMPLES
    assert len(questions) > 8
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    surroundings = os.environ | {"PATH": paths, "KPIDASH_DATABASE_URL": company.url}

    def shell(text: str) -> str:
        command = ["bash", "-euo", "pipefail", "-c", text]
        ran = subprocess.run(
            command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, (text, ran.stderr)
        return ran.stdout

    surroundings["KPIDASH_TOKEN"] = shell(make[0]).split()[0]
    log = tmp_path / "server.log"
    with serving(company.url, log) as base:
        for text, expected in questions:
            said = shell(text.replace("http://localhost:8501", base))
            if expected:
                answer = json.loads(said)
                answer.pop("flips", None)  # these depend on the day
                assert answer == json.loads(expected), text
            else:
                assert '"status": 4' not in said
                assert '"type":' not in said
        bare = shell(f"curl -s -o /dev/null -w '%{{http_code}}' {base}/api/v1/whoami")
        assert bare == "401"
        elsewhere = shell(f'curl -s -H "Authorization: Bearer $KPIDASH_TOKEN" {base}/api/v1/elsewhere')
        assert json.loads(elsewhere)["status"] == 404
    assert surroundings["KPIDASH_TOKEN"] not in log.read_text()
    (used,) = company.json("tokens", "list")["tokens"]
    assert used["used_at"] is not None


def test_the_document_names_every_door() -> None:
    from kpidash.api.v1.routes import BASE, DOORS

    named = DOCUMENT.replace("/kpis/sales-revenue", "/kpis/{code}").replace(
        "/uploads/2", "/uploads/{upload_id}"
    )
    assert {door.path for door in DOORS if f"{BASE}{door.path}" not in named} == set()
    parameters = {one.name for door in DOORS for one in door.parameters}
    assert {one for one in parameters if not re.search(rf"\b{one}\b", DOCUMENT)} == set()
