"""Who watches is told; nobody else is."""

import pytest

from kpidash.domain.progress import Cancelled, Progress, advance, watching


def test_a_watcher_is_told_of_the_work_in_its_block_and_of_no_other() -> None:
    told: list[Progress] = []
    advance("Reading", 1, 10)
    with watching(told.append):
        advance("Reading", 2, 10)
    advance("Reading", 3, 10)
    assert told == [Progress("Reading", 2, 10)]


def test_a_watcher_stops_the_work_by_raising() -> None:
    def stop(progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled), watching(stop):
        advance("Reading", 1, 10)
    advance("Reading", 2, 10)
