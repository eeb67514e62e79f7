"""Whether a person may write KPIs, looked at in the transaction that writes them."""

from collections.abc import Collection

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.domain.catalogue import Kpi
from kpidash.services.errors import Standing
from kpidash.services.previews import terms_of
from kpidash.store import catalogue
from kpidash.store.engine import Connection


def require_writable(connection: Connection, scope: Scope, kpi_ids: Collection[int]) -> dict[int, Kpi]:
    """The KPIs as they stand now; raises NotPermitted unless the person may write all of them.

    Raises Standing where some were taken out of the catalogue.
    """
    stored = catalogue.load(connection)
    terms = terms_of(stored, scope)
    writable = {terms.ids[code] for code in terms.uploadable}
    written = set(kpi_ids)
    if gone := written & stored.retired.keys():
        known = scope.everywhere(Capability.READ)
        codes = ": " + ", ".join(sorted(stored.retired[number].code for number in gone)) if known else ""
        raise Standing(f"Put these KPIs into the catalogue again first, which has them no more{codes}.")
    if not written <= writable:
        raise NotPermitted(f"{scope.actor} may not upload all of these KPIs")
    return {terms.ids[kpi.code]: kpi for kpi in terms.kpis if terms.ids[kpi.code] in written}
