"""Search from anywhere: a slash opens it, a few letters find a KPI, KRA, department or owner."""

from kpidash.services.search import entries
from kpidash.ui.components import component, packed
from kpidash.ui.kept import kept
from kpidash.ui.viewer import Viewer

_HOLD = "VALUE"

_search = component("search", js=("search.js",), css=("search.css",))


def search(viewer: Viewer) -> None:
    """The search button with its dialog; everything in scope is found in the browser, letter by letter."""
    _search(key="search", data=_found(viewer.defined))


@kept
def _found(viewer: Viewer) -> bytes:
    departments = {kra.code: kra.department for kra in viewer.catalogue.kras}
    found = [
        [one.kind, one.code, one.name, one.place, one.owner, departments.get(one.code, "")]
        if one.kind == "kra"
        else [one.kind, one.code, one.name, one.place, one.owner]
        for one in entries(viewer.catalogue, viewer.name)
    ]
    links = {
        "department": viewer.view.link("department", _HOLD),
        "kra": viewer.view.link("department", _HOLD),
        "kpi": viewer.view.link("kpi", _HOLD),
        "owner": viewer.view.link("scorecard").partition("?")[0] + f"?owner={_HOLD}",
    }
    return packed({"entries": found, "links": links})
