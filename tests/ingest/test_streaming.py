"""A long file that is read piece by piece says what it says when it is read whole."""

import json
import random
from datetime import timedelta

import pandas as pd
import pytest

from kpidash.ingest.pieces import pieces
from kpidash.ingest.read import Opened, ReadOptions, opened, whole
from kpidash.ingest.streaming import told
from tests.ingest.company import TODAY, terms
from tests.ingest.reading_cases import FOLDER

NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))
REGIONS = ["North", "South", "East", "Île-de-France"]


def said(content, *, size, name="x.csv", options=None):
    file, issues = opened(name, content, options=options)
    return told(file, issues, terms(), size=size)


def assert_same(short, long):
    assert (short.issues, short.columns, short.ragged) == (long.issues, long.columns, long.ragged)
    one, two = short.outcome, long.outcome
    assert (one is None) == (two is None)
    if one is None:
        return
    assert one.shape.layout == two.shape.layout
    assert (one.rows, one.issues, one.evidence) == (two.rows, two.issues, two.evidence)
    assert one.kpi_suggestions == two.kpi_suggestions
    assert (one.checked is None) == (two.checked is None)
    if one.checked is not None:
        assert one.checked.repeated == two.checked.repeated
        pd.testing.assert_frame_equal(in_words(one.checked), in_words(two.checked), check_dtype=False)


def in_words(checked):
    rows = checked.rows
    if "segment" in rows:
        rows = rows.assign(segment=[checked.segments[number] for number in rows["segment"]])
    key = ["kpi_id", "period", "segment" if "segment" in rows else "kind"]
    return rows.sort_values(key, ignore_index=True)


@pytest.mark.parametrize("size", [40, 90, 250])
@pytest.mark.parametrize("name", NAMES)
def test_a_messy_file_in_pieces_says_what_it_says_as_a_whole(name, size):
    content = (FOLDER / name).read_bytes()
    options = ReadOptions(**json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["options"])
    long = said(content, size=1 << 40, name=name, options=options)
    assert_same(said(content, size=size, name=name, options=options), long)


def lines(seed, *, spoilt):
    """A tidy file of three KPIs, of which some lines are `spoilt` in ways that people spoil them."""
    chance = random.Random(seed)  # noqa: S311
    rows = ["kpi,period,region,value,numerator,denominator,note"]
    for number in range(chance.randrange(20, 60)):
        day, region = TODAY - timedelta(days=number), chance.choice(REGIONS)
        note = "late" * (number % 9 == 0)
        rows.append(
            chance.choice(
                [
                    f"visits,{day},,{chance.randrange(1000)},,,",
                    f"cost,{2026 - number // 9}-{1 + number % 9:02},,{chance.random():.3f},,,{note}",
                    f"csat,{day},{region},,{number},{number + 1},",
                ]
            )
        )
    for _ in range(spoilt):
        rows.insert(chance.randrange(1, len(rows)), chance.choice(SPOILT + rows[1:3]))
    return ("\r\n" if seed % 2 else "\n").join([*rows, ""]).encode()


SPOILT = [
    "", "visits,2026-10-01,,x,,,", "nothing,2026-10-01,,1,,,", "visits,13/10/2026,,1,,,", "too,few",
    "# a remark here", "visits,03/04/2026,,1,,,", "cost,2026-02-01,,\"1,5\",,,", "cost,2026-02-01,,1;5,,,",
    "csat,2026-10-02,Total,,5,6,", "visits,2026-10-03,,1,,,", "Total,,,5,,,", "csat,2026-10-02,,,5,6,",
    "visits,2026-10-02,,5 %,,,", "cost,2026-03-01,,€ 5,,,", "cost,2026-03-01,,1 lakh,,,",
    "kpi,period,region,value,numerator,denominator,note",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_a_file_in_pieces_says_what_it_says_as_a_whole_whatever_is_wrong_with_it(seed):
    content = lines(seed, spoilt=seed % 5)
    assert_same(said(content, size=300), said(content, size=1 << 40))


def test_a_file_in_order_is_never_read_whole(monkeypatch):
    monkeypatch.setattr("kpidash.ingest.streaming.whole", lambda _: (None, None))
    for seed in range(0, 20, 5):
        assert said(lines(seed, spoilt=0), size=300).outcome


def test_pieces_end_at_line_ends_and_number_rows_as_the_file_does():
    content = lines(4, spoilt=0)
    file, _ = opened("x.csv", content)
    assert isinstance(file, Opened)
    tables = [table for _, (table, _) in pieces(file, 200)]
    assert len(tables) > 3
    numbers = [number for table in tables for number in table.rows.tolist()]
    assert numbers == whole(file)[0].rows.tolist()


def test_a_short_file_and_one_with_quotation_marks_are_not_cut():
    for content, size in (
        (b"kpi,period,value\na,2026-10,1\n", 100),
        (b'kpi,period,value\n"a",2026-10,1\n', 5),
    ):
        file, _ = opened("x.csv", content)
        assert pieces(file, size) is None
