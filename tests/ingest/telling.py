"""What a file was read as, beside what it means: right rows, those asked about, and wrong ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpidash.domain.calendars import day_of
from kpidash.ingest.checking import reading_of
from kpidash.ingest.issues import Issues
from kpidash.ingest.read import opened
from kpidash.ingest.streaming import told
from tests.ingest.random_files import Key, RandomFile

DOUBTS = {"ambiguous_period", "ambiguous_decimal"}


@dataclass(frozen=True)
class Verdict:
    """`wrong` are rows that the file does not say, `lost` those that nobody was told about."""

    right: int
    wrong: tuple[tuple[Key, float, float | None], ...]
    lost: tuple[Key, ...]
    issues: Issues

    @property
    def silent(self) -> bool:
        """Whether anything is other than the file says and nobody was told."""
        return bool(self.wrong or self.lost)

    @property
    def asked(self) -> bool:
        """Whether the only issues are questions."""
        return bool(self.issues) and {issue.code.value for issue in self.issues.kept} <= DOUBTS


def rows_of(file: RandomFile, answers: Mapping[str, Any] | None = None) -> tuple[dict[Key, float], Issues]:
    """What may be stored of a file, and its issues."""
    terms, answers = file.terms(), answers or {}
    found, issues = opened(file.name, file.content)
    said = told(found, issues, terms, reading=reading_of(terms, **answers))
    issues = said.issues
    if said.outcome is None:
        return {}, issues
    issues += said.outcome.issues
    checked = said.outcome.checked
    if checked is None:
        return {}, issues
    frame = checked.rows
    regions = [json.loads(key).get("region", "") for key in checked.segments]
    codes = {number: code for code, number in terms.ids.items()}
    keys = zip(
        (codes[number] for number in frame["kpi_id"].tolist()),
        (day_of(day).isoformat() for day in frame["period"].tolist()),
        (regions[number] for number in frame["segment"].tolist()),
        strict=True,
    )
    return dict(zip(keys, frame["value"].tolist(), strict=True)), issues


def verdict(file: RandomFile, answers: Mapping[str, Any] | None = None) -> Verdict:
    """The rows that were read, judged."""
    read, issues = rows_of(file, answers)
    wrong = tuple(
        (key, value, file.truth.get(key)) for key, value in read.items() if file.truth.get(key) != value
    )
    lost = () if issues else tuple(key for key in file.truth if key not in read)
    return Verdict(len(read) - len(wrong), wrong, lost, issues)
