"""Words in sentences."""

import pytest

from kpidash.ui.sentences import begun, counted, joined


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_parts_are_joined_as_people_list_them(parts, said):
    assert joined(parts) == said


def test_a_sentence_begins_with_a_capital_and_keeps_the_others():
    assert (begun("the KPI of Sales"), begun("")) == ("The KPI of Sales", "")


@pytest.mark.parametrize(("number", "said"), [(0, "no session"), (1, "1 session"), (2, "2 sessions")])
def test_one_of_something_is_no_plural(number, said):
    assert counted(number, "session") == said
