"""The definitions that a person may read."""

from kpidash.services import access, catalogues
from kpidash.store.engine import Database
from tests.cli.company import CATALOGUE, HEAD, OTHERS


def test_a_head_reads_his_own_definitions_without_formulas_that_name_others(database: Database) -> None:
    catalogues.apply_catalogue(
        database, access.system_user("me"), CATALOGUE.encode(), dry_run=False, prune=False
    )
    whole = catalogues.catalogue(database, access.system_user("me"))
    own = catalogues.catalogue(database, access.sign_in(database, HEAD))
    assert [kpi.code for kpi in own.kpis] == ["revenue", "margin", "visits"]
    assert (whole.kpi("margin").formula, own.kpi("margin").formula) == ("{revenue} - {cost}", None)
    assert own.kpi("revenue") == whole.kpi("revenue")
    assert not [name for name in OTHERS if repr(name) in repr(own)]
