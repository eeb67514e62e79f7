"""Where a KPI's numbers came from."""

from kpidash.domain.access import Capability, Scope
from kpidash.services.company import open_company
from kpidash.services.errors import NotThere
from kpidash.services.scorecards import readable, visible_kpis
from kpidash.services.upload_history import Past
from kpidash.store import touches, uploads
from kpidash.store.engine import Database


def uploads_of(database: Database, scope: Scope, code: str, *, most: int = 5) -> list[Past]:
    """The uploads that changed a KPI, the newest first; raises NotThere as `services.kpis.detail` does."""
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        if code not in visible_kpis(company, readable(company, scope, None)):
            raise NotThere(f"there is no KPI '{code}'")
        number = int(company.ids[company.book.number[code]])
        latest = sorted(touches.uploads_of(connection, [number]), reverse=True)[:most]
        found = [uploads.find(connection, upload_id) for upload_id in latest]
    return [Past(upload) for upload in found if upload is not None]
