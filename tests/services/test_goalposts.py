"""Targets that were others before: what they were, until when, and by whom."""

import pytest

from kpidash.domain.access import Grant, Role, scope_of
from kpidash.services import uploads
from kpidash.services.errors import NotThere
from kpidash.services.goalposts import goalposts
from tests.ingest.company import CATALOGUE
from tests.services.test_lineage import SYSTEM, company, put

__all__ = ["company"]


def said(database, code, scope=SYSTEM):
    return [
        (one.was.value, one.now and one.now.value, one.given.upload.id, one.until.upload.id, str(one.begins))
        for one in goalposts(database, scope, code)
    ]


def test_every_move_of_a_target_is_told_the_latest_first(company):
    first = put(company, "cost,2026-07,10", "cost,2026-08,20", head="kpi,period,target")
    second = put(company, "cost,2026-07,12", head="kpi,period,target")
    third = put(company, "cost,2026-07,15", "cost,2026-08,20", head="kpi,period,target")
    assert said(company, "cost")[:2] == [
        (12, 15, second, third, "2026-07-01"),
        (10, 12, first, second, "2026-07-01"),
    ]


def test_a_target_that_was_taken_away_has_nothing_in_its_place(company):
    first = put(company, "cost,2027-07,10", head="kpi,period,target")
    undo = uploads.undo(company, SYSTEM, first).upload_id
    assert said(company, "cost")[0] == (10, None, first, undo, "2027-07-01")


def test_goalposts_of_others_are_not_told(company):
    scope = scope_of("ann@example.com", [Grant(Role.VIEWER, "service")], CATALOGUE)
    with pytest.raises(NotThere):
        goalposts(company, scope, "cost")


def test_a_kpi_whose_targets_stayed_has_none(company):
    assert goalposts(company, SYSTEM, "revenue") == []
