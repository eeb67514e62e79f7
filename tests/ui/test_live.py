"""What an open screen says of itself: how long ago the data changed."""

from datetime import timedelta

import pytest

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
