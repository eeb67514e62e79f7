"""Where a point of a KPI's chart comes from: the uploads and rows behind it, or the points it is made of."""

from collections.abc import Iterator

import pandas as pd

from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Frequency, parse_period, period_containing
from kpidash.services.errors import NotThere
from kpidash.services.lineage import Given, Origin, Part, Point
from kpidash.ui.elements import Tree, element
from kpidash.ui.formats import Formats
from kpidash.ui.history.words import link, what, when
from kpidash.ui.kept import column
from kpidash.ui.strokes import Words, words
from kpidash.ui.viewer import Viewer

_EARLIER = 5
"""Earlier values of a segment that are spelt out."""


def period_link(viewer: Viewer, start: pd.Timestamp, frequency: Frequency, text: str) -> Tree:
    """The name of a period as the way to where its point comes from."""
    label = _label(viewer.formats, start, frequency)
    return element(
        "a",
        text,
        href=viewer.view.here("kpi", point=label),
        aria_current="true" if viewer.view.point == label else None,
        title="Where does it come from?",
    )


def ways(viewer: Viewer, starts: pd.Series, frequency: Frequency) -> dict[str, str]:
    """Where the points of these periods come from: an address for each first day."""
    return {
        f"{start:%Y-%m-%d}": viewer.view.here("kpi", point=_label(viewer.formats, start, frequency))
        for start in starts
    }


def _label(formats: Formats, start: pd.Timestamp, frequency: Frequency) -> str:
    period = period_containing(start.date(), frequency, formats.fiscal_year_start)
    return period.label(formats.fiscal_year_start)


@column
def chosen_point(viewer: Viewer, code: str) -> Iterator[Words]:
    """The point that the address names, where it names one."""
    if viewer.view.point is None:
        return
    try:
        found = viewer.point(code, viewer.view.point)
    except NotThere:
        drawn = element("p", "There is no such period. ", _close(viewer), klass="calm")
    else:
        drawn = _drawn(viewer, found)
    yield words("point", drawn)


def _drawn(viewer: Viewer, found: Point) -> Tree:
    name, kpi = viewer.formats.period(found.period), found.kpi
    known = viewer.formats.value(found.actual, kpi, exact=True) if found.actual is not None else None
    return element(
        "section",
        element("div", element("h3", f"Where does {name} come from?"), _close(viewer), klass="heading"),
        element("p", element("b", known), f" {_made(found)}") if known else element("p", _made(found)),
        _parts(viewer, found) if found.parts else None,
        _origins(viewer, found) if found.origins else None,
        element("p", f"{found.total - len(found.origins)} more segments are not listed.", klass="quiet")
        if found.total > len(found.origins)
        else None,
        klass="lineage",
        data_arrive=found.label,
        tabindex="-1",
        aria_label=f"Where {name} comes from",
    )


def _close(viewer: Viewer) -> Tree:
    return element("a", "Close", href=viewer.view.here("kpi", point=None), klass="action")


def _made(found: Point) -> str:
    """In a sentence, what the point is made of."""
    if found.kpi.formula is not None and found.period.frequency is found.kpi.frequency:
        beyond = {0: "", 1: " One more input is not yours to read."}
        more = beyond.get(found.hidden, f" {found.hidden} more inputs are not yours to read.")
        return f"It is calculated from other KPIs; follow each to its rows.{more}"
    if found.period.frequency is not found.kpi.frequency:
        many = f"{found.kpi.frequency} values; follow each to its rows."
        return f"It is made of {many}" if found.parts else "Nothing is reported in it yet."
    if not found.origins:
        return "Nothing is reported for it yet."
    if len(found.origins) == 1:
        return "It is one reported value."
    return f"It is made of {found.total} reported values."


def _parts(viewer: Viewer, found: Point) -> Tree:
    if found.kpi.formula is not None and found.period.frequency is found.kpi.frequency:
        links = [element("li", _part(viewer, part, part.kpi.name, found.label)) for part in found.parts]
        return element("ul", *links, klass="points")
    drawn = [
        element("li", _part(viewer, part, _period(viewer, part.label), found.label),
                element("span", viewer.formats.value(part.actual, part.kpi, exact=True)))
        for part in found.parts
    ]  # fmt: skip
    return element("ul", *drawn, klass="points valued")


def _part(viewer: Viewer, part: Part, name: str, label: str) -> Tree:
    other = "" if part.label == label or name == _period(viewer, part.label) else (
        f", {_period(viewer, part.label)}"
    )  # fmt: skip
    return element("a", name + other, href=viewer.view.here("kpi", code=part.kpi.code, point=part.label))


def _period(viewer: Viewer, label: str) -> str:
    return viewer.formats.period(parse_period(label, viewer.formats.fiscal_year_start))


def _origins(viewer: Viewer, found: Point) -> Tree:
    """Each segment's value with its upload and row, and the values before it."""
    return element("ul", *(_origin(viewer, found, one) for one in found.origins), klass="origins")


def _origin(viewer: Viewer, found: Point, one: Origin) -> Tree:
    where = ", ".join(one.where) or ("everywhere" if found.kpi.dimensions else None)
    title = element("span", where, klass="where") if where else None
    if one.now is None:
        value, source = element("span", "no value now"), None
    else:
        value, source = _value(viewer.formats, found.kpi, one.now), _from(viewer, one.now)
    head = element("div", title, value, klass="head") if where or one.now is None else None
    note = element("small", f"“{one.now.note}”") if one.now and one.now.note else None
    return element("li", head, source, note, _earlier(viewer, found.kpi, one))


def _from(viewer: Viewer, given: Given) -> Tree:
    upload = given.source.upload
    back = (", put back by ", link(viewer, given.back_by.upload.id)) if given.back_by is not None else ()
    by = f", by {viewer.name(upload.actor)}, {when(viewer, upload)}"
    return element("p", _source(viewer, given), by, *back)


def _value(formats: Formats, kpi: Kpi, given: Given) -> Tree:
    parts = None
    if given.denominator is not None:
        said = (formats.number(number, missing="none") for number in (given.numerator, given.denominator))
        parts = element("small", " of ".join(said))
    return element("span", formats.value(given.value, kpi, exact=True), parts, klass="given")


def _source(viewer: Viewer, given: Given) -> Tree:
    """The upload, and the row of its file."""
    upload = given.source.upload
    named = link(viewer, upload.id, what(upload))
    return element("span", named, f", row {given.row}" if given.row is not None else None)


def _earlier(viewer: Viewer, kpi: Kpi, one: Origin) -> Tree | None:
    """The values before, the latest first; those that only an undo brought back are told once."""
    told, seen = [], {_told(one.now)} if one.now else set()
    for given in one.earlier:
        if _told(given) not in seen:
            seen.add(_told(given))
            told.append(given)
    if not told:
        return None
    more = len(told) - _EARLIER
    lines = [
        element(
            "li",
            f"{viewer.formats.value(given.value, kpi, exact=True)} from ",
            _source(viewer, given),
            ", until ",
            link(viewer, given.until.upload.id) if given.until else None,
        )
        for given in told[:_EARLIER]
    ]
    if more > 0:
        lines.append(element("li", f"and {more} earlier ones"))
    return element("div", element("small", "before: "), element("ul", *lines), klass="before")


def _told(given: Given) -> tuple[int, int | None]:
    return given.source.upload.id, given.row
