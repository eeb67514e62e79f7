"""Files of chance, few of them and always the same: `python -m bench.fuzz 10000` runs many others."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.mutations import any_file, changed, one_line_spoilt, said, spoilt
from tests.ingest.random_files import random_file
from tests.ingest.telling import verdict

CHANCE = st.integers(0, 2**32).map(Random)


@given(chance=CHANCE)
@settings(derandomize=True, max_examples=60)
def test_every_cell_of_a_random_companys_file_is_right_or_asked_about(chance):
    file = random_file(chance)
    found = verdict(file)
    assert not found.silent, file.about
    if found.asked:
        answered = verdict(file, {name: answer for name, answer in file.answers.items() if answer})
        assert not answered.silent, file.about


def test_most_random_files_are_read_without_a_question():
    verdicts = [verdict(random_file(Random(seed))) for seed in range(100)]  # noqa: S311
    assert sum(not found.issues for found in verdicts) >= 75


@given(chance=CHANCE)
@settings(derandomize=True, max_examples=100)
def test_a_spoilt_file_gives_rows_or_issues(chance):
    name, content, against = any_file(chance)
    rows, issues, evidence = said(name, spoilt(chance, content), against)
    # a table by periods all of whose numbers were cut out says nothing, and that is no issue
    assert rows or issues or evidence
    assert all(issue.message and issue.row >= 1 for issue in issues.kept)


@given(chance=CHANCE)
@settings(derandomize=True, max_examples=100)
def test_a_spoilt_line_changes_no_other_row(chance):
    name, content, against = any_file(chance)
    before, _, _ = said(name, content, against)
    found = one_line_spoilt(chance, content, before)
    if found is None:
        return
    after, _, _ = said(name, found[0], against)
    assert not changed(before, after, found[1]), name
