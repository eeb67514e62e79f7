"""One KPI: series, targets, segments, and nothing of others."""

from tests.cli.company import HEAD, OTHERS, CommandLine
from tests.cli.test_errors import REFUSED, WRONG_USE

ACTUALS = (
    "kpi,period,value,numerator,denominator,region,client\n"
    "revenue,2026-04,90,,,North,\nrevenue,2026-04,30,,,South,\nrevenue,2026-05,80,,,North,\n"
    "csat,2026-04-01,,9,10,North,Acme\ncsat,2026-04-02,,1,10,North,Zeta\ncost,2026-04,40,,,,\n"
)
ASKED = ("--window", "ytd", "--as-of", "2026-05-20")


def test_a_kpi_answers_with_its_definition_series_targets_and_segments(kpidash: CommandLine) -> None:
    kpidash.ingest(ACTUALS)
    found = kpidash.json("kpi", "revenue", *ASKED)
    said = [found[name] for name in ("name", "kra", "unit", "direction", "frequency", "aggregation")]
    assert said == ["Revenue", "growth", "currency", "increase", "monthly", "sum"]
    assert (found["as_of"], found["window"]["label"]) == ("2026-05-20", "ytd")
    card = kpidash.json("scorecard", *ASKED)
    assert found["kpi"].items() >= next(one for one in card["kpis"] if one["code"] == "revenue").items()
    points = {point["period"]: point for point in found["series"]}
    assert (points["2026-04"]["actual"], points["2026-04"]["start"], points["2026-04"]["end"]) == (
        120, "2026-04-01", "2026-05-01",
    )  # fmt: skip
    assert points["2026-03"]["actual"] is None
    assert points["2026-03"]["status"] == "no_data"
    assert [point["period"] for point in found["series"]] == sorted(points)
    target = {
        "start": "2026-04-01",
        "end": "2027-04-01",
        "value": 1200,
        "low": None,
        "high": None,
        "phasing": None,
    }
    assert found["targets"] == [target]
    assert [(one["dimension"], one["segment"], one["actual"]) for one in found["segments"]] == [
        ("region", "North", 170),
        ("region", "South", 30),
    ]


def test_segments_are_those_of_the_dimension_asked_for(kpidash: CommandLine) -> None:
    kpidash.ingest(ACTUALS)
    both = kpidash.json("kpi", "csat", *ASKED)["segments"]
    assert {one["dimension"] for one in both} == {"region", "client"}
    one = kpidash.json("kpi", "csat", *ASKED, "--by", "client")["segments"]
    assert {row["segment"]: row["actual"] for row in one} == {"Acme": 90, "Zeta": 10}
    for code in ("csat", "cost"):
        refused = kpidash.json("kpi", code, "--by", "weather", code=WRONG_USE)
        assert "weather" in refused["error"]


def test_a_head_reads_of_other_departments_neither_kpis_nor_their_codes_in_a_formula(
    kpidash: CommandLine,
) -> None:
    kpidash.ingest(ACTUALS)
    refused, unknown = (kpidash("kpi", code, "--json", "--as", HEAD) for code in ("cost", "nosuch"))
    assert refused.code == unknown.code == REFUSED
    assert refused.out.replace("cost", "nosuch") == unknown.out
    for code in ("revenue", "margin", "visits"):
        for more in ((), ("--json",)):
            said = kpidash("kpi", code, *ASKED, *more, "--as", HEAD)
            assert said.code == 0
            assert not [name for name in OTHERS if name in said.out.replace("score", "")], said.out
    whole = kpidash.json("kpi", "margin", *ASKED)
    own = kpidash.json("kpi", "margin", *ASKED, "--as", HEAD)
    assert whole["formula"] == "{revenue} - {cost}"
    assert own["formula"] == "{revenue} - {of-another-department}"
    assert own["kpi"] == whole["kpi"]
    assert own["series"] == whole["series"]
