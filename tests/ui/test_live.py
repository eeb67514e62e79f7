"""What an open screen says of itself: how long ago the data changed."""

from datetime import UTC, datetime, timedelta

import pytest

from kpidash.store import catalogue
from kpidash.ui.live import Watcher
from kpidash.ui.wording import ago
from tests.ingest.company import CATALOGUE


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


def test_the_watcher_knows_the_revision_and_when_it_was_raised(database):
    watcher = Watcher(database)
    watcher.look()
    before = watcher.revision, watcher.changed_at
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="ann")
    watcher.look()
    assert watcher.revision == before[0] + 1
    assert watcher.changed_at >= before[1]
    assert timedelta(0) <= datetime.now(UTC) - watcher.changed_at < timedelta(minutes=1)
