"""The history of uploads, and taking them back."""

import re
from pathlib import Path

import pytest

from kpidash.cli.files import plain_name
from kpidash.domain.access import Role
from tests.cli.company import ANALYST, HEAD, OTHERS, CommandLine
from tests.cli.test_errors import REFUSED

FIRST = "kpi,period,value,region\nrevenue,2026-08,10,North\nrevenue,2026-09,20,North\ncost,2026-09,5,\n"
SECOND = "kpi,period,value,region\nrevenue,2026-09,25,North\nrevenue,2026-09,1,South\nvisits,2026-10-01,9,\n"


def numbers(kpidash: CommandLine) -> dict[str, list[tuple]]:
    """The actuals, targets and rollups, without the change (the fourth column) that put each in place."""
    found = kpidash.everything()
    rows = {name: [row[:3] + row[4:] for row in found[name]] for name in ("actual", "target")}
    return {**rows, "rollup_month": found["rollup_month"]}


def test_undo_restores_exactly_what_was_there(kpidash: CommandLine) -> None:
    empty = numbers(kpidash)
    kpidash.ingest(FIRST)
    before = numbers(kpidash)
    second = kpidash.ingest(SECOND)["upload_id"]
    after = numbers(kpidash)
    undone = kpidash.json("uploads", "undo", second)
    assert undone["state"] == "committed"
    assert numbers(kpidash) == before
    redone = kpidash.json("uploads", "undo", undone["upload_id"])
    assert numbers(kpidash) == after
    kpidash.json("uploads", "undo", redone["upload_id"])
    assert numbers(kpidash) == before
    first = kpidash.json("uploads", "list")["uploads"][-1]["upload_id"]
    assert kpidash.json("uploads", "show", first)["kind"] == "catalogue"
    kpidash.json("uploads", "undo", str(int(first) + 1))
    assert numbers(kpidash) == empty
    assert kpidash.json("verify")["state"] == "clean"


def test_undo_of_targets_restores_those_of_the_catalogue(kpidash: CommandLine) -> None:
    before = numbers(kpidash)
    upload = kpidash.ingest(
        "kpi,period,target,low,high\nrevenue,FY2026,5,,\ncost,2026-10,7,,\nhandle-time,FY2026,,1,2\n"
    )
    assert numbers(kpidash) != before
    kpidash.json("uploads", "undo", upload["upload_id"])
    assert numbers(kpidash) == before


def test_an_upload_is_undone_once(kpidash: CommandLine) -> None:
    upload = kpidash.ingest(FIRST)["upload_id"]
    kpidash.json("uploads", "undo", upload)
    before = kpidash.everything()
    refused = kpidash.json("uploads", "undo", upload, code=REFUSED)
    assert "undone" in refused["error"]
    assert kpidash.everything() == before


def test_definitions_are_not_undone_as_an_upload(kpidash: CommandLine) -> None:
    before = kpidash.everything()
    assert "catalogue" in kpidash.json("uploads", "undo", "1", code=REFUSED)["error"]
    assert kpidash.everything() == before


def test_a_later_upload_of_the_same_values_blocks_an_undo_and_is_named(kpidash: CommandLine) -> None:
    first = kpidash.ingest(FIRST)["upload_id"]
    second = kpidash.ingest(SECOND)["upload_id"]
    before = kpidash.everything()
    refused = kpidash.json("uploads", "undo", first, code=REFUSED)
    assert (refused["state"], refused["blocked_by"]) == ("refused", [second])
    said = kpidash("uploads", "undo", first)
    assert said.code == REFUSED
    assert second in said.out
    assert kpidash.everything() == before
    kpidash.json("uploads", "undo", second)
    kpidash.json("uploads", "undo", first)


def test_uploads_of_other_values_do_not_block_an_undo(kpidash: CommandLine) -> None:
    first = kpidash.ingest(FIRST)["upload_id"]
    kpidash.ingest("kpi,period,value\nvisits,2026-10-01,9\n")
    kpidash.json("uploads", "undo", first)
    assert [row[:2] for row in numbers(kpidash)["actual"]] != []


def test_the_list_has_the_newest_first_and_what_became_of_each(kpidash: CommandLine) -> None:
    first = kpidash.ingest(FIRST)["upload_id"]
    second = kpidash.ingest(SECOND)["upload_id"]
    third = kpidash.json("uploads", "undo", second)["upload_id"]
    found = kpidash.json("uploads", "list")["uploads"]
    assert [(one["upload_id"], one["kind"], one["state"], one["undoes"]) for one in found[:3]] == [
        (third, "undo", "committed", second),
        (second, "actuals", "undone", None),
        (first, "actuals", "committed", None),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", one["committed_at"]) for one in found)
    assert found[2]["file_name"] == "file.csv"
    assert [found[1][name] for name in ("rows", "added", "changed", "unchanged", "rejected")] == [
        3,
        2,
        1,
        0,
        0,
    ]
    said = kpidash("uploads", "list").out
    assert said.splitlines()[0].startswith("upload id")


def test_an_upload_shows_each_value_that_it_changed(kpidash: CommandLine) -> None:
    kpidash.ingest(FIRST)
    second = kpidash.ingest(SECOND)["upload_id"]
    shown = kpidash.json("uploads", "show", second)
    assert shown["upload_id"] == second
    values = {
        (row["kpi"], row["label"], row["where"]): (row["old_value"], row["value"]) for row in shown["values"]
    }
    assert values == {
        ("revenue", "2026-09", "region=North"): (20, 25),
        ("revenue", "2026-09", "region=South"): (None, 1),
        ("visits", "2026-10-01", ""): (None, 9),
    }
    said = kpidash("uploads", "show", second).out
    assert "revenue 2026-09 region=North: 20 → 25" in said


def test_a_head_sees_the_uploads_and_values_of_his_tree_alone(kpidash: CommandLine) -> None:
    mine = kpidash.ingest(FIRST)["upload_id"]
    others = kpidash.ingest(
        "kpi,period,value\ncost,2026-08,6\n",
    )["upload_id"]
    listed = kpidash("uploads", "list", "--json", "--as", HEAD)
    assert mine in {one["upload_id"] for one in listed.json["uploads"]}
    assert others not in {one["upload_id"] for one in listed.json["uploads"]}
    shown = kpidash("uploads", "show", mine, "--json", "--as", HEAD)
    assert {row["kpi"] for row in shown.json["values"]} == {"revenue"}
    refused = kpidash("uploads", "show", others, "--json", "--as", HEAD)
    unknown = kpidash("uploads", "show", "99", "--json", "--as", HEAD)
    assert (refused.code, refused.out.replace(others, "99")) == (unknown.code, unknown.out)
    for outcome in (listed, shown, refused):
        assert not [name for name in OTHERS if f'"{name}"' in outcome.out]


def test_only_who_may_write_all_of_it_undoes_an_upload(kpidash: CommandLine) -> None:
    kpidash.hire(ANALYST, Role.ANALYST, "sales")
    both = kpidash.ingest(FIRST)["upload_id"]
    before = kpidash.everything()
    for person in (HEAD, ANALYST, "nobody@example.com"):
        assert kpidash("uploads", "undo", both, "--as", person).code == REFUSED
    assert kpidash.everything() == before
    own = kpidash.ingest(SECOND, "--as", ANALYST)["upload_id"]
    kpidash.json("uploads", "undo", own, "--as", ANALYST)


def test_undo_with_later_takes_back_what_stands_in_the_way(kpidash: CommandLine) -> None:
    empty = numbers(kpidash)
    first = kpidash.ingest(FIRST)["upload_id"]
    second = kpidash.ingest(SECOND)["upload_id"]
    said = kpidash("uploads", "undo", first)
    assert f"  {second}: file.csv, by " in said.out
    undone = kpidash.json("uploads", "undo", first, "--with-later")
    assert undone["taken_back"] == [second]
    assert numbers(kpidash) == empty


def test_the_file_of_an_upload_comes_back_and_overwrites_nothing(
    kpidash: CommandLine, tmp_path: Path
) -> None:
    number = kpidash.ingest(FIRST)["upload_id"]
    target = tmp_path / "back.csv"
    written = kpidash.json("uploads", "file", number, "--output", str(target))
    assert (written["path"], written["size"]) == (str(target), len(FIRST))
    assert target.read_text(encoding="utf-8") == FIRST
    target.write_text("mine", encoding="utf-8")
    refused = kpidash("uploads", "file", number, "--output", str(target))
    assert (refused.code, target.read_text(encoding="utf-8")) == (REFUSED, "mine")
    kpidash.json("uploads", "file", number, "--output", str(target), "--overwrite")
    assert target.read_text(encoding="utf-8") == FIRST
    assert kpidash("uploads", "file", number, "--output", "-").out == FIRST


def test_a_file_with_values_of_others_is_not_for_a_head(kpidash: CommandLine, tmp_path: Path) -> None:
    number = kpidash.ingest(FIRST)["upload_id"]
    target = tmp_path / "back.csv"
    refused = kpidash("uploads", "file", number, "--output", str(target), "--as", HEAD)
    assert refused.code == REFUSED
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("october.csv", "october.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\sales.xlsx", "sales.xlsx"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\nb\0c.csv", "a_b_c.csv"),
        ("Zahlen – Oktober.csv", "Zahlen – Oktober.csv"),
        ("..", "upload-3"),
        ("", "upload-3"),
    ],
)
def test_a_file_is_written_under_a_harmless_name(name: str, plain: str) -> None:
    assert plain_name(name, "3") == plain
