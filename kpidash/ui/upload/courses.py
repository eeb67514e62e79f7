"""The chosen KPI before and after: what the change set would do to its course."""

from typing import Any

from kpidash.charts.before_after import before_after
from kpidash.domain.access import NotPermitted
from kpidash.domain.period import Frequency, period_containing
from kpidash.services.course import Course, course_of
from kpidash.services.errors import NotThere
from kpidash.ui.elements import element, show
from kpidash.ui.figures import mode
from kpidash.ui.strokes import Chart
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer


def course(viewer: Viewer, desk: Desk) -> None:
    """The chart of the KPI that was chosen, or of the first that matters."""
    look = desk.look
    if look is None or not look.preview.changes or (look.impact is None and not desk.code):
        return
    code = desk.code or _first(look)
    if code is None:
        return
    found = _course(viewer, desk, look, code)
    kpi = viewer.catalogue.kpi(code)
    if found is None:
        show(
            element("p", f"The file changes nothing of {kpi.name}.", klass="quiet"),
            key=f"no-course-{desk.round}",
        )
        return
    title = element("div", element("h2", f"{kpi.name}, before and after"), klass="heading")
    show(title, key=f"course-title-{desk.round}")
    figure = before_after(
        found.points,
        write=lambda value: viewer.formats.value(value, kpi, missing="none"),
        name=lambda start: _tick(viewer, start, found.frequency),
        mode=mode(),
    )
    words = f"{kpi.name} before and after the upload, {len(found.points)} {found.frequency} points"
    Chart(f"course-{desk.round}", figure, words).draw()


def _first(look: Look) -> str | None:
    if look.impact and look.impact.kpis:
        return look.impact.kpis[0].code
    return look.touched[0].code if look.touched else None


def _course(viewer: Viewer, desk: Desk, look: Look, code: str) -> Course | None:
    """The course, kept for as long as it is on the screen."""
    key = (look.preview.token, code, viewer.revision)
    if desk.course is None or desk.course[0] != key:
        try:
            found: Course | None = course_of(viewer.database, viewer.scope, look.preview, code)
        except (NotThere, NotPermitted):
            found = None
        desk.course = (key, found)
    return desk.course[1]


def _tick(viewer: Viewer, start: Any, frequency: Frequency) -> str:
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return viewer.formats.short_day(start.date())
    fiscal = viewer.catalogue.company.fiscal_year_start
    return viewer.formats.period(period_containing(start.date(), frequency, fiscal))
