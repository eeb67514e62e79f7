"""Finding what was changed behind the product's back."""

import pytest

from tests.cli.company import CommandLine
from tests.cli.tampering import tamper
from tests.cli.test_errors import REFUSED

ACTUALS = """\
kpi,period,value,numerator,denominator,region,client
revenue,2026-08,10,,,North,
revenue,2026-09,20,,,North,
csat,2026-10-01,,9,10,North,Acme
handle-time,2026-W40,250,,,,
"""
MORE = "kpi,period,value\nvisits,2026-10-01,4\n"
TAMPERED = {
    "a rollup": "UPDATE rollup_month SET sum = sum + 1 WHERE kpi_id = 1",
    "days of a rollup": "UPDATE rollup_month SET days = days + 2 WHERE kpi_id = 1",
    "a missing rollup": "DELETE FROM rollup_month WHERE kpi_id = 1",
    "a rollup of nothing": "INSERT INTO rollup_month (kpi_id, month, days, count) VALUES (1, 1, 1, 1)",
    "an actual": "UPDATE actual SET value = 21 WHERE value = 20",
    "a numerator": "UPDATE actual SET numerator = 8 WHERE numerator = 9",
    "a missing actual": "DELETE FROM actual WHERE value = 20",
    "a moved actual": "UPDATE actual SET period = period + 365 WHERE value = 20",
}
FIRST, MIDDLE, LAST = "min(sequence)", "max(sequence) - 1", "max(sequence)"
TRAIL = {
    "a missing first entry": ("DELETE FROM audit", FIRST),
    "a missing entry": ("DELETE FROM audit", MIDDLE),
    "a missing last entry": ("DELETE FROM audit", LAST),
    "no entry at all": ("DELETE FROM audit", "sequence"),
    "another detail": ("UPDATE audit SET detail = '{}'", FIRST),
    "another actor": ("UPDATE audit SET actor = 'somebody else'", MIDDLE),
    "another time": ("UPDATE audit SET at = at - 1", LAST),
}


@pytest.fixture
def loaded(kpidash: CommandLine) -> CommandLine:
    kpidash.ingest(ACTUALS)
    kpidash.ingest(MORE)
    return kpidash


def test_what_nobody_touched_is_clean(loaded: CommandLine) -> None:
    report = loaded.json("verify")
    assert (report["state"], report["rollups"], report["differences"]) == ("clean", 5, [])
    assert report["head"] == loaded.json("audit", "head")
    assert "All 5 monthly rollups agree" in loaded("verify").out


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_numbers_changed_by_hand_are_found(loaded: CommandLine, statement: str) -> None:
    tamper(loaded.url, statement)
    report = loaded.json("verify", code=REFUSED)
    assert report["state"] == "different"
    assert report["differences"]
    assert report["differences"][0].split()[0] in {"revenue", "csat"}
    said = loaded("verify")
    assert said.code == REFUSED
    assert report["differences"][0] in said.out


@pytest.mark.parametrize(("statement", "which"), TRAIL.values(), ids=TRAIL)
def test_an_audit_trail_changed_by_hand_is_found(loaded: CommandLine, statement: str, which: str) -> None:
    tamper(loaded.url, f"{statement} WHERE sequence IN (SELECT {which} FROM audit)")  # noqa: S608
    differences = loaded.json("verify", code=REFUSED)["differences"]
    assert differences
    assert all("audit trail" in one for one in differences)
