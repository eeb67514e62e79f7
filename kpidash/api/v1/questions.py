"""Doors that answer and change nothing: whoami, scorecard, KPI, catalogue."""

from starlette.responses import Response

from kpidash.api.v1.asking import Asked, Door, Parameter, answered
from kpidash.api.v1.problems import NO_STORE
from kpidash.domain.access import Capability
from kpidash.services import access, catalogues, kpis, scorecards
from kpidash.services.asked import day_of, moment_of

YAML = "application/yaml"
WINDOW = Parameter(
    name="window", words="2026-10, 2026-Q3, FY2026, ytd or r12. Default: the month of the day."
)
AS_OF = Parameter(name="as_of", words="The day from which to look. Default: today.", read=day_of)


def whoami(asked: Asked) -> Response:
    """Whose token it is and what it may do where."""
    return answered(access.as_json(asked.scope))


def scorecard(asked: Asked) -> Response:
    """The whole scored tree, as `kpidash scorecard --json`."""
    return answered(scorecards.as_json(scorecards.scorecard(asked.database, asked.scope, **asked.given)))


def kpi(asked: Asked) -> Response:
    """One KPI, as `kpidash kpi --json`."""
    found = kpis.detail(asked.database, asked.scope, asked.path["code"], **asked.given)
    return answered(kpis.as_json(found))


def catalogue(asked: Asked) -> Response:
    """Definitions: as YAML all of them, for whoever defines; else as JSON those that one may read."""
    varies = {"Vary": "Accept"}
    if "yaml" in asked.headers.get("accept", "").lower():
        text = catalogues.export_catalogue(asked.database, asked.scope)
        return Response(text, 200, {**NO_STORE, **varies}, f"{YAML}; charset=utf-8")
    return answered(catalogues.definitions(asked.database, asked.scope), headers=varies)


DOORS = (
    Door(
        method="GET", path="/whoami", words="Whose token this is, and what it may do where.",
        answer=whoami, answers="Whoami",
    ),
    Door(
        method="GET", path="/scorecard", words="The whole scored tree: company, departments, KRAs, KPIs.",
        answer=scorecard, answers="Scorecard", needs=Capability.READ,
        parameters=(
            WINDOW,
            AS_OF,
            Parameter(name="department", words="Only this department and what is below it."),
            Parameter(
                name="known_at", words="From the numbers as they were known at this time.", read=moment_of
            ),
        ),
    ),
    Door(
        method="GET", path="/kpis/{code}", words="One KPI: its series, targets and segments.",
        answer=kpi, answers="Kpi", needs=Capability.READ,
        parameters=(
            WINDOW, AS_OF, Parameter(name="by", words="Segments of this dimension. Default: of each.")
        ),
    ),
    Door(
        method="GET", path="/catalogue", answer=catalogue, answers="Catalogue",
        words="The definitions that the token may read as JSON; with `Accept: application/yaml` all of them, "
        "for tokens that may define.",
        media=("application/json", YAML),
    ),
)  # fmt: skip
