"""What an open screen says of itself: how long ago the data changed; and how many follow at a time."""

from datetime import timedelta

import pytest

from kpidash.ui.live import Turns
from kpidash.ui.wording import ago


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "just now"),
        (0, "just now"),
        (4.9, "just now"),
        (5, "5 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 hour ago"),
        (2 * 86_400 + 5, "2 days ago"),
    ],
)
def test_how_long_ago_reads_in_one_unit(seconds: float, text: str):
    assert ago(timedelta(seconds=seconds)) == text


def test_few_screens_follow_at_a_time_and_one_that_was_left_gives_way():
    turns = Turns(most=2, lease=60)
    one, two = turns.take(), turns.take()
    assert one is not None
    assert two is not None
    assert turns.take() is None
    turns.give_back(one)
    turns.give_back(one)
    assert turns.take() is not None
    assert turns.take() is None
    left = Turns(most=1, lease=0)
    assert left.take() is not None
    assert left.take() is not None
