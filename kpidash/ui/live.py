"""Screens that follow the data: one watcher per process, one small comparison per open screen."""

from collections.abc import Collection
from datetime import UTC, datetime

import streamlit as st

from kpidash.services.watching import Watcher
from kpidash.ui import wording
from kpidash.ui.elements import element, show

COMPARE_EVERY_S = 1.5


@st.fragment(run_every=COMPARE_EVERY_S)
def follow(watcher: Watcher, codes: Collection[str] | None, shown: int) -> None:
    """Say that the screen is live, and run it again when what it shows has moved past revision `shown`.

    What it shows are the KPIs `codes`, or everything where that is None.
    """
    seen = watcher.latest if codes is None else watcher.of(codes)
    if seen.revision > shown:
        st.rerun()
    words = "The database does not answer; showing the last state"
    if watcher.reachable:
        words = f"Live: updated {wording.ago(datetime.now(UTC) - seen.at)}"
    show(element("p", words, klass="live" if watcher.reachable else "live broken"), key="live")
