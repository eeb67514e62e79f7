"""The forms: one for each kind of definition, with all that a catalogue file can say of it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from kpidash.domain.catalogue import Aggregation, Direction, Indicator, Kpi, Level, Pace, Unit
from kpidash.domain.differences import Kind, entities
from kpidash.domain.period import Frequency
from kpidash.ingest.definitions import lists_of
from kpidash.ui.catalogue_editor import entries
from kpidash.ui.catalogue_editor.asked import Asked
from kpidash.ui.catalogue_editor.desk import Desk
from kpidash.ui.catalogue_editor.fields import Form, people_of
from kpidash.ui.catalogue_editor.words import MONTHS
from kpidash.ui.viewer import Viewer

_CODE = "How files and links name it: a-z, 0-9 and -. It stays for good."
_WEIGHT = "How much it counts beside the others of its kind. 2 counts twice as much as 1."


def form(viewer: Viewer, desk: Desk, asked: Asked) -> dict[str, Any] | None:
    """The form of what is looked at; what it holds, as the keys of a file, once it is sent."""
    kind, catalogue = asked.kind, desk.definitions
    if kind is None:
        return None
    prefix = f"define-{desk.round}-{kind}-{asked.code or 'new'}"
    filled = Form(viewer, catalogue, kind, _values(desk, asked), prefix)
    with st.form(prefix, border=False, enter_to_submit=False):
        given = _FORMS[kind](filled, asked)
        sent = st.form_submit_button("Look at what would change", type="primary", key=f"{prefix}-send")
    if not sent:
        return None
    said = {name: value for name, value in given.items() if value is not None and value != []}
    return said if kind is Kind.COMPANY else {"code": asked.code or given["code"], **said}


def _values(desk: Desk, asked: Asked) -> Mapping[str, Any]:
    """What the fields hold when the form opens: the definition, or what a new one begins with."""
    if asked.kind is None:
        return {}
    if asked.code is not None:
        one = entities(desk.definitions, asked.kind)[asked.code]
        return {name: getattr(one, name) for name in one.__dataclass_fields__}
    inside = {Kind.DEPARTMENT: "parent", Kind.KRA: "department", Kind.KPI: "kra"}[asked.kind]
    return {**_BEGINNINGS.get(asked.kind, {"weight": 1.0}), inside: asked.inside}


_BEGINNINGS: dict[Kind, dict[str, Any]] = {
    Kind.KPI: {
        name: field.default for name, field in Kpi.__dataclass_fields__.items()
        if name in {"level", "indicator", "decimals", "weight", "on_target", "at_risk", "grace_days", "pace"}
    },
}  # fmt: skip


def _code(form: Form, asked: Asked) -> dict[str, Any]:
    """The code: a field of a new definition alone."""
    return {"code": form.text("code", help=_CODE, placeholder="for-example") if asked.new else asked.code}


def _company(form: Form, _: Asked) -> dict[str, Any]:
    given: dict[str, Any] = {"name": form.text("name")}
    left, right = st.columns(2)
    with left:
        given["currency"] = form.text("currency", help="Its three capital letters, as in INR")
        given["timezone"] = form.text("timezone", help="As in Asia/Kolkata")
        months = {str(number): name for number, name in enumerate(MONTHS, start=1)}
        filled = Form(form.viewer, form.catalogue, form.kind,
                      {"fiscal_year_start": str(form.values["fiscal_year_start"])}, form.prefix)  # fmt: skip
        given["fiscal_year_start"] = filled.one_of("fiscal_year_start", months)
    with right:
        given["locale"] = form.text("locale", help="Language and country, as in en_IN")
        given["holidays"] = form.text(
            "holidays", help="The two capital letters of a country, as in IN; empty for none"
        )
    return given


def _department(form: Form, asked: Asked) -> dict[str, Any]:
    catalogue = form.catalogue
    below = catalogue.subtree(asked.code) if asked.code else frozenset()
    others = {one.code: one.name for one in catalogue.departments if one.code not in below}
    left, right = st.columns(2)
    with left:
        given = {"name": form.text("name")} | _code(form, asked)
        given["head"] = form.person("head", people_of(form.viewer, catalogue),
                                    help="Reads the department and all below it")  # fmt: skip
    with right:
        given["parent"] = form.one_of("parent", others, none="Nothing: it is at the top")
        given["weight"] = form.number("weight", help=_WEIGHT)
    return given


def _kra(form: Form, asked: Asked) -> dict[str, Any]:
    catalogue = form.catalogue
    departments = {one.code: one.name for one in catalogue.departments}
    given: dict[str, Any] = {"name": form.text("name")} | _code(form, asked)
    given["purpose"] = form.area("purpose", help="What the area is there to achieve, in a sentence")
    left, right = st.columns(2)
    with left:
        given["department"] = form.one_of("department", departments)
        given["owner"] = form.person("owner", people_of(form.viewer, catalogue))
        given["horizon"] = form.day("horizon", help="The day up to which it is set")
    with right:
        given["weight"] = form.number("weight", help=_WEIGHT)
        given["review"] = form.text("review", help="How often it is looked at, as in monthly")
    return given


def _kpi(form: Form, asked: Asked) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for part in (_what, _counted, _judged):
        given |= part(form, asked)
    known = lists_of(form.catalogue)["kpis"].get(asked.code or "", {})
    given["targets"] = entries.targets(known.get("targets", ()), form.prefix)
    given["benchmarks"] = entries.benchmarks(known.get("benchmarks", ()), form.prefix)
    return given


def _what(form: Form, asked: Asked) -> dict[str, Any]:
    catalogue = form.catalogue
    kras = {kra.code: f"{catalogue.department(kra.department).name} · {kra.name}" for kra in catalogue.kras}
    drives = {
        kpi.code: kpi.name
        for kpi in catalogue.kpis
        if kpi.level is Level.STRATEGIC and kpi.code != asked.code
    }
    st.markdown("#### What it is")
    given: dict[str, Any] = {"name": form.text("name")} | _code(form, asked)
    given["definition"] = form.area("definition", help="In a sentence that an outsider understands")
    left, right = st.columns(2)
    with left:
        given["kra"] = form.one_of("kra", kras)
        given["owner"] = form.person("owner", people_of(form.viewer, catalogue))
        given["source"] = form.text("source", help="Where its numbers come from")
    with right:
        given["level"] = form.choice("level", Level)
        given["indicator"] = form.choice("indicator", Indicator)
        given["parent"] = form.one_of(
            "parent", drives, none="No other KPI", help="The strategic KPI that this one drives"
        )
    return given


def _counted(form: Form, _: Asked) -> dict[str, Any]:
    st.markdown("#### How it is counted")
    known = sorted({name for kpi in form.catalogue.kpis for name in kpi.dimensions})
    left, right = st.columns(2)
    with left:
        given: dict[str, Any] = {
            "unit": form.choice("unit", Unit),
            "unit_label": form.text("unit_label", help="As in calls; for plain numbers and ratios"),
            "decimals": form.whole("decimals"),
            "dimensions": form.names("dimensions", known, help="By what its actuals are split, as in region"),
        }
    with right:
        given["frequency"] = form.choice("frequency", Frequency)
        given["aggregation"] = form.choice(
            "aggregation", Aggregation, help="How periods and segments become one number"
        )
        given["grace_days"] = form.whole("grace_days", help="After the end of a period")
        given["pace"] = form.choice("pace", Pace, help="By what the elapsed part of a running period counts")
    given["formula"] = form.text(
        "formula", help="For KPIs that are calculated from others, which stand in braces by their codes",
        placeholder="{gross-profit} / {sales-revenue} * 100",
    )  # fmt: skip
    return given


def _judged(form: Form, _: Asked) -> dict[str, Any]:
    st.markdown("#### How it is judged")
    left, right = st.columns(2)
    with left:
        given: dict[str, Any] = {
            "direction": form.choice("direction", Direction),
            "weight": form.number("weight", help=_WEIGHT),
        }
    with right:
        given["on_target"] = form.share("on_target")
        given["at_risk"] = form.share("at_risk", help="Below it the KPI is off target")
    return given


_FORMS: dict[Kind, Callable[[Form, Asked], dict[str, Any]]] = {
    Kind.COMPANY: _company,
    Kind.DEPARTMENT: _department,
    Kind.KRA: _kra,
    Kind.KPI: _kpi,
}
