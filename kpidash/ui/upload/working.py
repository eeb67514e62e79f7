"""A job at work: what it does, how far it is, how long it still takes, and the way to stop it."""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import Formats
from kpidash.ui.jobs import Shown
from kpidash.ui.session import require
from kpidash.ui.upload.desk import Desk, desk_of

LOOK_EVERY_S = 0.4
_TITLES = {"looking": "Reading {}", "committing": "Writing {}", "undoing": "Taking the upload back"}
_MANY = 90


@st.fragment(run_every=LOOK_EVERY_S)
def working() -> None:
    """The job of this session's desk, looked at again and again until it ends."""
    viewer = require(Capability.UPLOAD)
    desk = desk_of(viewer)
    job = desk.job
    if job is None or job.done:
        st.rerun()
    show(_progress(viewer.formats, desk, job.shown(), stopping=job.stopping), key="working")
    st.button("Stopping …" if job.stopping else "Stop", key="stop", on_click=desk.stop, disabled=job.stopping)


def _progress(formats: Formats, desk: Desk, shown: Shown, *, stopping: bool) -> Tree:
    known = bool(shown.total and shown.done)
    title = _TITLES[desk.doing].format(desk.file.name if desk.file else "the file")
    if known:
        far = f"{shown.step}: {formats.number(shown.done)} of {formats.number(shown.total)} rows"
    elif shown.total:
        far = f"{shown.step}: {formats.number(shown.total)} rows"
    else:
        far = f"{shown.step} …"
    bar = element(
        "div",
        element("i", var_share=f"{shown.share:.3f}" if known else None),
        klass="track" if known else "track open",
        role="progressbar",
        aria_label=title,
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow=str(round(100 * shown.share)) if known else None,
    )
    left = "Stopping; what was begun is taken back" if stopping else _left(shown.left)
    nothing = (
        "Nothing is written before you commit."
        if desk.doing == "looking"
        else "All of it is written, or nothing."
    )
    return element(
        "div",
        element("b", title), bar, element("p", element("span", far), element("span", left), klass="line"),
        element("small", nothing),
        klass="work",
    )  # fmt: skip


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 2:
        return "nearly done"
    return f"about {round(seconds)} s left" if seconds < _MANY else f"about {round(seconds / 60)} min left"
