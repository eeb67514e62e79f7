"""Whatever way a file is written in, its cells are read as they were meant or are issues; nothing else."""

import csv
import io
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from kpidash.domain.calendars import day_number, day_of
from kpidash.domain.period import Frequency, period_containing
from kpidash.ingest.checking import outcome_of
from kpidash.ingest.layout import Kind
from kpidash.ingest.read import read
from kpidash.ingest.segments import segment_key
from kpidash.ingest.vocabulary import is_total
from tests.ingest.company import CATALOGUE, CODES, IDS, TODAY, terms

HEADER = ["kpi", "period", "value", "numerator", "denominator", "region", "client", "note"]
REPORTED = [kpi for kpi in CATALOGUE.kpis if kpi.formula is None]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6).map(str.strip)
LISTED = st.sampled_from(["NA", "007", "=1+1", 'a"b', "a,b", "nan", "-"])
NAMES = TEXT.filter(lambda text: text and not is_total(text)) | LISTED
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda number: round(number, 6) + 0.0)


@st.composite
def rows(draw):
    """One row of a file and what it says: (cells, key, value)."""
    kpi = draw(st.sampled_from(REPORTED))
    day = day_of(draw(st.integers(day_number(TODAY) - 800, day_number(TODAY))))
    period = period_containing(day, kpi.frequency, 4)
    label = draw(
        st.sampled_from([period.label(4), day.isoformat(), f"{day:%Y/%m/%d}", f" {period.label(4)} "])
    )
    where = {name: draw(NAMES) for name in kpi.dimensions}
    cells = dict.fromkeys(HEADER, "") | {"kpi": kpi.code, "period": label, "note": draw(TEXT)} | where
    if kpi.aggregation == "ratio":
        numerator, denominator = draw(NUMBERS), draw(NUMBERS.filter(lambda number: abs(number) > 1e-6))
        cells |= {"numerator": written(draw, numerator), "denominator": written(draw, denominator)}
        value = 100.0 * numerator / denominator
    else:
        value = draw(NUMBERS)
        cells["value"] = written(draw, value)
    key = (IDS[kpi.code], day_number(period.start), segment_key(where))
    return [cells[name] for name in HEADER], key, value


def written(draw, number):
    """A number in one of the ways that leave no doubt beside plain numbers."""
    style = draw(st.sampled_from(["{!r}", " {!r}", "{:+.6f}", "{:.17e}", "{:,.6f}"]))
    return style.format(number)


@given(
    told=st.lists(rows(), min_size=1, max_size=12, unique_by=lambda row: row[1]),
    blanks=st.lists(st.integers(0, 2), min_size=13, max_size=13),
    style=st.tuples(
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from([",", ";", "\t", "|"]),
        st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        st.sampled_from([b"", b"\xef\xbb\xbf"]),
    ),
    order=st.permutations(range(len(HEADER))),
)
@settings(deadline=None)
def test_a_tidy_file_is_read_as_it_was_meant(told, blanks, style, order):
    end, delimiter, quoting, mark = style
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow([HEADER[index] for index in order])
    expected, number = {}, 1
    for (cells, key, value), blank in zip(told, blanks, strict=False):
        out.write(end * blank)
        number += blank + 1
        writer.writerow([cells[index] for index in order])
        expected[key] = (value, cells[HEADER.index("note")].strip() or None, number)
    found, issues = stored(mark + out.getvalue().encode())
    assert not issues
    assert found == expected


def stored(content, kind=None):
    """What a file says after all pure stages: {key: (value, note, row)}; and its issues."""
    table, issues = read("file.csv", content)
    if table is None:
        return {}, issues
    outcome = outcome_of(table, terms(), kind=kind)
    kind, checked = outcome.shape.kind, outcome.checked
    if checked is None:
        return {}, issues + outcome.issues
    frame = checked.rows
    if kind is Kind.TARGETS:
        keys = zip(frame["kpi_id"], frame["period"], frame["kind"], strict=True)
        return dict(
            zip(keys, zip(frame["value"], frame["row"], strict=True), strict=True)
        ), issues + outcome.issues
    segments = [checked.segments[code] for code in frame["segment"]]
    keys = zip(frame["kpi_id"].tolist(), frame["period"].tolist(), segments, strict=True)
    values = zip(frame["value"].tolist(), frame["note"], frame["row"].tolist(), strict=True)
    return dict(zip(keys, values, strict=True)), issues + outcome.issues


GOOD = (
    b"kpi,period,value,numerator,denominator,region,client,note\r\n"
    b'revenue,2026-09,"1,234.5",,,North,,"said ""late"""\r\n'
    b"csat,2026-10-01,,9,10,North,Acme,\r\n\r\n"
    b'visits,03/10/2026,17,,,,,"two\r\nlines"\r\n'
    b"visits,13/10/2026,18,,,,,\r\n"
)
NOISE = [
    b",",
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b";",
    b"1",
    b"e",
    b".",
    b"-",
    b"\xd9\xa3",
    b"kpi",
    b"NA",
    b" ",
]


def test_mutated_files_give_rows_or_issues_and_no_traceback():
    chance = random.Random(7)  # noqa: S311
    for _ in range(2_000):
        content = bytearray(GOOD)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            kind = chance.randrange(3)
            if kind == 0:
                del content[at : at + chance.randint(1, 5)]
            elif kind == 1:
                content[at:at] = chance.choice(NOISE)
            else:
                content[at : at + 1] = chance.choice(NOISE)
        found, issues = stored(bytes(content), chance.choice([None, Kind.ACTUALS, Kind.TARGETS]))
        assert found or issues
        assert all(issue.message and issue.row >= 1 for issue in issues.kept)


def test_every_kpi_of_the_round_trip_is_one_of_the_company():
    assert {kpi.code for kpi in REPORTED} < CODES
    assert {kpi.frequency for kpi in REPORTED} == set(Frequency)
