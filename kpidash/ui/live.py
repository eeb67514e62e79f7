"""Screens that follow the data: one watcher per process, one small comparison per open screen."""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from kpidash.services.database import Database, DatabaseUnavailable
from kpidash.ui import wording
from kpidash.ui.elements import element, show

LOOK_EVERY_S = 1.0
COMPARE_EVERY_S = 2.0


@dataclass
class Watcher:
    """Keeps the database's revision, and when it was raised, in memory; `reachable` is False while the
    database does not answer.
    """

    database: Database
    revision: int = -1
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    reachable: bool = True

    def look(self) -> None:
        """Read the revision once."""
        try:
            self.revision, self.changed_at = self.database.latest()
            self.reachable = True
        except DatabaseUnavailable:
            self.reachable = False

    def follow(self) -> None:
        """Read it for as long as the process lives."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY_S)


@st.cache_resource(show_spinner=False)
def watcher(_database: Database) -> Watcher:
    """The process' one watcher, already looking."""
    found = Watcher(_database)
    found.look()
    threading.Thread(target=found.follow, name="kpidash-watcher", daemon=True).start()
    return found


@st.fragment(run_every=COMPARE_EVERY_S)
def follow(database: Database, shown: int) -> None:
    """Say that the screen is live, and run it again when the data has moved past revision `shown`."""
    seen = watcher(database)
    if seen.revision > shown:
        st.rerun()
    words = "The database does not answer; showing the last state"
    if seen.reachable:
        words = f"Live: updated {wording.ago(datetime.now(UTC) - seen.changed_at)}"
    show(element("p", words, klass="live" if seen.reachable else "live broken"), key="live")
