"""Whether a person may write KPIs, looked at in the transaction that writes them."""

from collections.abc import Collection

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.domain.catalogue import Kpi
from kpidash.services.errors import Standing
from kpidash.store import catalogue
from kpidash.store.engine import Connection


def require_writable(connection: Connection, scope: Scope, kpi_ids: Collection[int]) -> dict[int, Kpi]:
    """The KPIs as they are now, without targets; raises NotPermitted unless the person may write them all.

    Raises Standing where some were taken out of the catalogue.
    """
    written = set(kpi_ids)
    found = catalogue.filed(connection, written)
    if gone := [one.kpi.code for one in found.values() if one.retired]:
        known = scope.everywhere(Capability.READ)
        codes = ": " + ", ".join(sorted(gone)) if known else ""
        raise Standing(f"Put these KPIs into the catalogue again first, which has them no more{codes}.")
    if not all(number in found and _may_write(scope, found[number]) for number in written):
        raise NotPermitted(f"{scope.actor} may not upload all of these KPIs")
    return {number: one.kpi for number, one in found.items()}


def _may_write(scope: Scope, one: catalogue.Filed) -> bool:
    return one.department is not None and scope.may(Capability.UPLOAD, one.department)
