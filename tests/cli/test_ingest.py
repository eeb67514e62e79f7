"""Uploads: every issue at its place, all or nothing, the same file twice, and who may."""

import gzip
import json

import pytest

from kpidash.domain.access import Role
from tests.cli.company import ANALYST, HEAD, CommandLine
from tests.cli.test_errors import REFUSED
from tests.ingest.small_workbooks import sheet, workbook

ACTUALS = "kpi,period,value\n"
PARTS = "kpi,period,numerator,denominator,region,client\n"
COUNTS = ("rows", "added", "changed", "unchanged", "rejected")

ISSUES = {
    "unknown_kpi": (ACTUALS + "cots,2026-09,1\n", 2, "kpi", "cots"),
    "not_a_number": (ACTUALS + "cost,2026-08,1\ncost,2026-09,abc\n", 3, "value", "abc"),
    "not_a_number in a ratio": (PARTS + "csat,2026-10-01,NaN,5,N,A\n", 2, "numerator", "NaN"),
    "not_a_number as it overflows": (ACTUALS + "cost,2026-09,1e400\n", 2, "value", "1e400"),
    "not_a_period": (ACTUALS + "cost,2026-13,1\n", 2, "period", "2026-13"),
    "not_a_period as it is coarser": (ACTUALS + "visits,2026-10,1\n", 2, "period", "2026-10"),
    "not_a_period as it is a quarter": (ACTUALS + "cost,2026-Q3,1\n", 2, "period", "2026-Q3"),
    "ambiguous_period": (ACTUALS + "visits,03/04/2026,1\n", 2, "period", "03/04/2026"),
    "ambiguous_decimal": (ACTUALS + 'cost,2026-09,"1,234"\n', 2, "value", "1,234"),
    "missing_value": (ACTUALS + "cost,2026-09,\n", 2, "value", ""),
    "missing_value of a KPI": (ACTUALS + ",2026-09,1\n", 2, "kpi", ""),
    "missing_value of a period": (ACTUALS + "cost,,1\n", 2, "period", ""),
    "missing_value of a denominator": (PARTS + "csat,2026-10-01,4,,N,A\n", 2, "denominator", ""),
    "unknown_column": ("kpi,period,value,colour\ncost,2026-09,1,red\n", 1, "colour", "colour"),
    "missing_column": ("kpi,value\ncost,1\n", 1, "period", None),
    "missing_column of numbers": ("kpi,period\ncost,2026-09\n", 1, "value", None),
    "wrong_dimension as it is blank": ("kpi,period,value,region\nrevenue,2026-09,1,\n", 2, "region", ""),
    "wrong_dimension as it is filled": ("kpi,period,value,region\ncost,2026-09,1,N\n", 2, "region", "N"),
    "period_in_future": (ACTUALS + "cost,2199-01,1\n", 2, "period", "2199-01"),
    "calculated_kpi": (ACTUALS + "margin,2026-09,1\n", 2, "kpi", "margin"),
    "zero_denominator": (PARTS + "csat,2026-10-01,4,0,N,A\n", 2, "denominator", "0"),
    "unreadable_file": (b"\x00\x01\x02", 1, None, None),
    "empty_file": (b"", 1, None, None),
    "empty_file with a header": (ACTUALS, 1, None, None),
    "empty_file with blank months": ("kpi,2026-08,2026-09\ncost,,\n", 1, None, None),
}


def counts(receipt: dict) -> tuple[int, ...]:
    return tuple(receipt[name] for name in COUNTS)


@pytest.mark.parametrize(("name", "case"), ISSUES.items(), ids=ISSUES)
def test_every_issue_stands_at_its_row_column_and_value(company: CommandLine, name: str, case) -> None:
    text, row, column, value = case
    receipt = company.ingest(text, code=REFUSED)
    assert list(receipt) == ["upload_id", "state", *COUNTS, "issues"]
    assert (receipt["upload_id"], receipt["state"]) == (None, "refused")
    first = receipt["issues"][0]
    assert list(first) == ["row", "column", "code", "value", "message"]
    assert (first["row"], first["column"], first["code"], first["value"]) == (
        row,
        column,
        name.split()[0],
        value,
    )
    assert first["message"]
    said = company("ingest", company.file(text))
    assert said.code == REFUSED
    assert f"({name.split()[0]})" in said.out


def test_a_file_above_the_limit_is_too_large(company: CommandLine, monkeypatch) -> None:
    monkeypatch.setenv("KPIDASH_MAX_UPLOAD_MB", "1")
    text = ACTUALS + "cost,2026-09,1\n" * 100_000
    assert company.ingest(text, code=REFUSED)["issues"][0]["code"] == "too_large"
    packed = company.folder / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(b"kpi,period,value\n" + b" " * 2**24))
    assert company.json("ingest", str(packed), code=REFUSED)["issues"][0]["code"] in {
        "too_large",
        "unreadable_file",
    }


def test_two_rows_with_one_key_are_one_row_or_an_issue_on_both(kpidash: CommandLine) -> None:
    differing = ACTUALS + "cost,2026-09,5\ncost,2026-08,1\ncost,2026-09-30,6\n"
    receipt = kpidash.ingest(differing, code=REFUSED)
    assert [(issue["row"], issue["code"]) for issue in receipt["issues"]] == [
        (2, "duplicate_key"),
        (4, "duplicate_key"),
    ]
    equal = ACTUALS + "cost,2026-09,5\ncost,2026-09,5.0\n"
    assert counts(kpidash.ingest(equal)) == (1, 1, 0, 0, 0)
    assert kpidash.json("kpi", "cost", "--window", "2026-09")["kpi"]["actual"] == 5


def test_one_wrong_row_keeps_the_whole_file_out_unless_the_valid_ones_are_accepted(
    kpidash: CommandLine,
) -> None:
    text = ACTUALS + "cost,2026-08,1\ncost,2026-09,abc\ncots,2026-10,3\n"
    before = kpidash.everything()
    assert counts(kpidash.ingest(text, code=REFUSED)) == (3, 1, 0, 0, 2)
    assert kpidash.everything() == before
    receipt = kpidash.ingest(text, "--accept-valid")
    assert (receipt["state"], counts(receipt)) == ("committed", (3, 1, 0, 0, 2))
    assert [issue["row"] for issue in receipt["issues"]] == [3, 4]
    before = kpidash.everything()
    assert kpidash.ingest(text, "--accept-valid")["state"] == "unchanged"
    nothing = kpidash.ingest(ACTUALS + "cost,2026-09,abc\n", "--accept-valid", code=REFUSED)
    assert (nothing["state"], counts(nothing)) == ("refused", (1, 0, 0, 0, 1))
    assert kpidash.everything() == before


def test_a_file_is_added_then_unchanged_then_changed(kpidash: CommandLine) -> None:
    text = "region,value,kpi,period\nNorth,10,revenue,2026-09\nSouth,20,revenue,2026-09\n,5,cost,2026-09\n"
    before = kpidash.everything()
    rehearsed = kpidash.ingest(text, "--dry-run")
    assert (rehearsed["state"], rehearsed["upload_id"], counts(rehearsed)) == (
        "preview",
        None,
        (3, 3, 0, 0, 0),
    )
    assert kpidash.everything() == before
    committed = kpidash.ingest(text)
    assert (committed["state"], counts(committed)) == ("committed", (3, 3, 0, 0, 0))
    before = kpidash.everything()
    for options in ((), ("--dry-run",), ("--accept-valid",)):
        again = kpidash.ingest(text, *options)
        assert (again["state"], again["upload_id"], counts(again)) == ("unchanged", None, (3, 0, 0, 3, 0))
    assert kpidash.everything() == before
    changed = kpidash.ingest(text.replace("10", "11"))
    assert (changed["state"], counts(changed)) == ("committed", (3, 0, 1, 2, 0))
    assert kpidash.json("kpi", "revenue", "--window", "2026-09")["kpi"]["actual"] == 31
    assert kpidash.json("verify")["state"] == "clean"


FORMS = {
    "byte-order mark": "\ufeffkpi,period,value\ncost,2026-09,1234.5\n",
    "semicolons and decimal commas": "kpi;period;value\r\ncost;2026-09;1234,5\r\n",
    "tabs": "kpi\tperiod\tvalue\ncost\t2026-09\t1234.5\n",
    "quotes": '"kpi","period","value"\n"cost","2026-09","1234.5"\n',
    "blank lines": "\nkpi,period,value\n\n\ncost,2026-09,1234.5\n,,\n\n",
    "other case and spaces": "KPI, Period ,VALUE\ncost, 2026-09 , 1234.5 \n",
    "no last line end": "kpi,period,value\ncost,2026-09,1234.5",
    "a day of the period": "kpi,period,value\ncost,2026-09-17,1234.5\n",
    "groups": 'kpi,period,value\ncost,2026-09,"1,234.5"\n',
    "columns in another order": "value,note,period,kpi\n1234.5,,2026-09,cost\n",
    "an empty dimension": "kpi,period,value,region,client\ncost,2026-09,1234.5,,\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_one_actual_written_in_many_ways_is_the_same(company: CommandLine, text: str) -> None:
    company.ingest(ACTUALS + "cost,2026-09,1234.5\n")
    assert company.ingest(text)["state"] == "unchanged"


def test_rows_are_numbered_as_a_spreadsheet_does(company: CommandLine) -> None:
    text = '\ufeffkpi,period,value,region\n\nrevenue,2026-09,1,"North\nand East"\ncost,2026-09,abc,\n'
    assert company.ingest(text, code=REFUSED)["issues"][0]["row"] == 4


def test_doubtful_days_and_decimal_signs_are_asked_and_answered(kpidash: CommandLine) -> None:
    days = ACTUALS + "visits,03/04/2026,1\nvisits,05/06/2026,2\n"
    assert {issue["code"] for issue in kpidash.ingest(days, code=REFUSED)["issues"]} == {"ambiguous_period"}
    kpidash.ingest(days, "--date-order", "dmy")
    assert kpidash.json("kpi", "visits", "--window", "2026-04", "--as-of", "2026-10-15")["kpi"]["actual"] == 1
    kpidash.ingest(days, "--date-order", "mdy")
    assert kpidash.json("kpi", "visits", "--window", "2026-03", "--as-of", "2026-10-15")["kpi"]["actual"] == 1
    assert kpidash.ingest(days, "--date-order", "ymd", code=REFUSED)["issues"][0]["code"] == "not_a_period"
    told = ACTUALS + "visits,03/05/2026,1\nvisits,25/05/2026,2\n"
    assert kpidash.ingest(told)["state"] == "committed"
    numbers = 'kpi;period;value\ncost;2026-08;"1,234"\n'
    for sign, value in ((",", 1.234), (".", 1234)):
        kpidash.ingest(numbers, "--decimal", sign)
        assert kpidash.json("kpi", "cost", "--window", "2026-08")["kpi"]["actual"] == value


def test_headers_are_mapped(kpidash: CommandLine) -> None:
    text = "Kennzahl;Monat;Ist;Farbe\ncost;2026-09;5;rot\n"
    assert kpidash.ingest(text, code=REFUSED)["issues"]
    maps = [
        part for pair in ("Kennzahl=kpi", "Monat=period", "Ist=value", "Farbe=-") for part in ("--map", pair)
    ]
    assert kpidash.ingest(text, *maps)["state"] == "committed"
    wrong = kpidash.ingest(text, *maps, "--map", "Nirgends=note", code=REFUSED)["issues"]
    assert [(issue["code"], issue["column"]) for issue in wrong] == [("missing_column", "Nirgends")]


def test_ratios_are_given_by_their_parts_beside_other_kpis(kpidash: CommandLine) -> None:
    text = (
        "kpi,period,value,numerator,denominator,region,client,note\n"
        "csat,2026-10-01,,9,10,North,Acme,by phone\ncsat,2026-10-01,,1,30,South,Acme,\n"
        "csat,2026-10-02,,0,0,North,Acme,closed\ncost,2026-10,7,,,,,\n"
    )
    assert counts(kpidash.ingest(text)) == (4, 4, 0, 0, 0)
    detail = kpidash.json("kpi", "csat", "--window", "2026-10", "--as-of", "2026-10-15", "--by", "region")
    assert detail["kpi"]["actual"] == 25
    parts = {row["segment"]: row["actual"] for row in detail["segments"]}
    assert parts == {"North": 90, "South": pytest.approx(100 / 30)}
    assert kpidash.json("verify")["state"] == "clean"


def test_targets_are_values_or_bands(kpidash: CommandLine) -> None:
    text = (
        "kpi,period,target,low,high\nmargin,FY2027,900,,\nhandle-time,2026-Q3,,210,290\ncost,2026-10,55,,\n"
    )
    assert kpidash.ingest(text, "--dry-run")["state"] == "preview"
    assert counts(kpidash.ingest(text, "--kind", "targets")) == (3, 3, 0, 0, 0)
    assert kpidash.ingest(text)["state"] == "unchanged"
    assert counts(kpidash.ingest("kpi,period,target\ncost,2026-10,56\n")) == (1, 0, 1, 0, 0)
    assert kpidash.json("kpi", "cost", "--window", "2026-10", "--as-of", "2026-10-15")["kpi"]["target"] == 56
    week = kpidash.json("kpi", "handle-time", "--window", "2026-10", "--as-of", "2026-10-15")
    assert (week["kpi"]["target_low"], week["kpi"]["target_high"]) == (210, 290)
    for wrong, column in (
        ("handle-time,FY2027,9,,", "target"),
        ("cost,FY2027,,1,2", "target"),
        ("handle-time,FY2027,,9,8", "low"),
    ):
        issues = kpidash.ingest(text.split("\n")[0] + f"\n{wrong}\n", code=REFUSED)["issues"]
        assert (issues[0]["row"], issues[0]["column"]) == (2, column)
    assert kpidash.ingest(text, "--kind", "actuals", code=REFUSED)["issues"]


def test_only_who_may_upload_does_and_only_to_his_departments(kpidash: CommandLine) -> None:
    kpidash.hire(ANALYST, Role.ANALYST, "sales")
    own = "kpi,period,value,region\nrevenue,2026-09,1,North\nvisits,2026-10-01,5,\n"
    before = kpidash.everything()
    for person in (HEAD, "nobody@example.com"):
        receipt = kpidash.ingest(own, "--as", person, code=REFUSED)
        assert (receipt["state"], receipt["issues"][0]["code"]) == ("refused", "not_permitted")
    refused = kpidash.ingest(own + "cost,2026-09,1,\n", "--as", ANALYST, code=REFUSED)
    assert [(issue["row"], issue["code"]) for issue in refused["issues"]] == [(4, "unknown_kpi")]
    assert kpidash.everything() == before
    assert kpidash.ingest(own, "--as", ANALYST)["state"] == "committed"
    assert kpidash.json("uploads", "list")["uploads"][0]["actor"] == ANALYST


def test_a_file_wrong_in_every_row_is_answered_with_its_first_issues(company: CommandLine) -> None:
    outcome = company("ingest", company.file(ACTUALS + "x,y,z\n" * 20_000), "--json")
    document = json.loads(outcome.out)
    assert outcome.code == REFUSED
    assert (document["rejected"], len(document["issues"])) == (20_000, 10_000)
    assert "and 59,980 more issues" in outcome.err


def test_rows_that_were_left_out_of_a_file_are_named(kpidash: CommandLine) -> None:
    receipt = kpidash.ingest("Report for October\n" + ACTUALS + "cost,2026-09,5\nTotal,,5\n", "--dry-run")
    assert counts(receipt) == (1, 1, 0, 0, 0)
    assert any("row 1 " in note for note in receipt["notes"])
    assert any("row 4 " in note for note in receipt["notes"])
    assert "notes" not in kpidash.ingest(ACTUALS + "cost,2026-09,5\n", "--dry-run")


def test_how_a_file_is_written_can_be_said(kpidash: CommandLine) -> None:
    text = "Ausgabe vom 1.10.\nkpi;period;value;note\ncost;2026-08;1,5;Zürich\n\nSource: ERP;;;\n"
    told = ("--encoding", "cp850", "--delimiter", "semicolon", "--header-row", "2", "--footer", "skip")
    kpidash.ingest(text.encode("cp850"), *told, "--quote", "none", "--decimal", ",")
    detail = kpidash.json("kpi", "cost", "--window", "2026-08")
    assert detail["kpi"]["actual"] == 1.5
    refused = kpidash.ingest(text.encode("cp850"), *told[:-1], "read", code=REFUSED)
    assert refused["issues"][0]["row"] == 5
    assert kpidash.ingest("x", "--header-row", "7", code=REFUSED)["issues"][0]["code"] == "unreadable_file"


@pytest.mark.parametrize(
    ("option", "said", "words"),
    [
        ("--encoding", "utf-99", "no text encoding called 'utf-99'"),
        ("--encoding", "base64", "no text encoding called 'base64'"),
        ("--encoding", "", "empty"),
        ("--delimiter", "::", "one ASCII character"),
        ("--delimiter", "→", "one ASCII character"),
        ("--quote", "both", "one ASCII character (or none)"),
        ("--header-row", "0", "0 is not in the range"),
        ("--footer", "keep", "'skip', 'read'"),
    ],
)
def test_a_wrong_word_for_how_a_file_is_written_is_wrong_usage(company: CommandLine, option, said, words):
    outcome = company("ingest", company.file(ACTUALS + "cost,2026-09,1\n"), option, said)
    assert outcome.code == 2
    assert option in outcome.err
    assert words in outcome.err


def test_a_workbook_has_no_delimiter_and_a_text_no_sheets(company: CommandLine) -> None:
    content = workbook({"Data": sheet({1: ("kpi", "period", "value"), 2: ("cost", "2026-09", 1)})})
    for option in ("--delimiter", "--quote"):
        refused = company.json("ingest", company.file(content, "x.xlsx"), option, ";", code=REFUSED)
        assert refused["issues"][0]["message"] == f"The file is a workbook; it has no {option[2:]} to tell."
    refused = company.ingest(ACTUALS + "cost,2026-09,1\n", "--sheet", "Data", code=REFUSED)
    assert refused["issues"][0]["message"] == "The file is no workbook; it has no sheets."
