"""The desk of one session: the one file on it, what was said about it, the job at work, and what came of it.

A file and its preview are held once, and let go when another file comes, when it is committed, and when the
session ends. Widgets are keyed by `round`, so that those of an earlier file never speak for this one.
"""

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from kpidash.domain.access import Scope
from kpidash.services.change_pages import Asked
from kpidash.services.course import Course
from kpidash.services.database import Database
from kpidash.services.mappings import Answers
from kpidash.ui.jobs import Job
from kpidash.ui.upload import looking
from kpidash.ui.upload.looking import READABLE, File, Look, Written
from kpidash.ui.viewer import Viewer

DESK = "upload-desk"
"""The session-state key of the desk."""
FIRST = 120
"""Rows of the change set that are drawn before anybody scrolls."""
_AT_ONCE_S = 0.6
"""A job that ends within this time shows no progress."""
_MANY = 20_000
"""Rows from which on people see the changes before it is known what they mean."""
Doing = Literal["looking", "committing", "undoing"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a click asked for. Clicks come before the page knows who clicks; the next run begins the work."""

    doing: Doing
    work: Callable[[Database, Scope], Any]


class Desk:
    """What one person works on. `said` is a sentence about what ended without a result."""

    def __init__(self, whose: str) -> None:
        self.whose = whose
        self.round = 0
        self.file: File | None = None
        self.answers = Answers()
        self.look: Look | None = None
        self.written: Written | None = None
        self.said: str | None = None
        self.asked: Asked | None = None
        self.code: str | None = None
        self.rows = (0, FIRST)
        self.course: tuple[Any, Course | None] | None = None
        self.doing: Doing = "looking"
        self._jobs: list[Job[Any]] = []
        self._meaning: list[Job[Look]] = []
        self._fresh = False
        self._wish: Wish | None = None
        weakref.finalize(self, _let_go, self._jobs, self._meaning)

    @property
    def job(self) -> Job[Any] | None:
        """The job at work."""
        return self._jobs[0] if self._jobs else None

    def take(self, file: File) -> None:
        """Put a file on the desk, in place of any other."""
        self.clear()
        self.file = file

    def clear(self) -> None:
        """An empty desk."""
        _let_go(self._jobs, self._meaning)
        self.file = self.look = self.written = self.said = self._wish = None
        self.answers = Answers()
        self._other_file()

    def answer(self, **answers: Any) -> None:
        """What the person says about the file; it is looked at again with that.

        Nothing where there is no file any more: Streamlit runs the callbacks of widgets that just went away
        when their run was cut short, as if somebody had used them.
        """
        if self.file is None:
            return
        self.answers = replace(self.answers, **answers)
        self.again()

    def say(self, **options: Any) -> None:
        """The same of how its bytes are read."""
        self.answer(options=replace(self.answers.options, **options))

    def means(self, mapping: Mapping[str, str]) -> None:
        """Say what columns mean, beside what was said before."""
        self.answer(mapping={**self.answers.mapping, **mapping})

    def names(self, kpi_names: Mapping[str, str]) -> None:
        """Say which KPIs names stand for, beside what was said before."""
        self.answer(kpi_names={**self.answers.kpi_names, **kpi_names})

    def again(self) -> None:
        """Look at the same file once more."""
        self.look = self.written = self.said = self._wish = None
        _let_go(self._jobs, self._meaning)

    def settle(self, viewer: Viewer) -> bool:
        """Take in what a finished job brought, and begin to look where that is due; True when nothing works.

        The job works with the rights of this run; services look at them again.
        """
        if not self._jobs:
            self._start(viewer)
        job = self.job
        if job is None:
            self._understand(0)
            return True
        waited, self._fresh = _AT_ONCE_S if self._fresh else 0.0, False
        if not job.wait(waited):
            return False
        self._jobs.clear()
        self._take_in(job)
        if self.look is job.result and self.look is not None and not self.look.questions:
            base, scope, shown = viewer.database, viewer.scope, self.look
            self._meaning[:] = [Job(lambda: looking.meaning(base, scope, shown), readable=READABLE).start()]
            self._understand(_AT_ONCE_S if shown.preview.rows < _MANY else 0)
        return True

    @property
    def understanding(self) -> bool:
        """Whether what the change set would mean is still being worked out, or not taken in yet."""
        return bool(self._meaning)

    @property
    def understood(self) -> bool:
        """Whether the next run of the page has nothing to wait for."""
        return all(job.done for job in self._meaning)

    def _understand(self, seconds: float) -> None:
        """Take in what the change set would mean, if that is known by then."""
        for job in self._meaning:
            if job.wait(seconds):
                self._meaning.clear()
                same = self.look and job.result and self.look.preview is job.result.preview
                self.look = job.result if same else self.look

    def _start(self, viewer: Viewer) -> None:
        base, scope, wish = viewer.database, viewer.scope, self._wish
        self._wish = None
        if wish is not None:
            self._begin(wish.doing, lambda: wish.work(base, scope))
        elif self.file and not self.look and not self.written and not self.said:
            file, answers, catalogue = self.file, self.answers, viewer.catalogue
            self._begin("looking", lambda: looking.look(base, scope, catalogue, file, answers))

    def _take_in(self, job: Job[Any]) -> None:
        if job.stopped or job.problem:
            self.said = job.problem or _STOPPED[self.doing]
            if self.doing == "looking":
                self.file = None
                self._other_file()
        elif isinstance(job.result, Look):
            self.look = job.result
        elif isinstance(job.result, Written):
            self.written, self.look, self.said = job.result, None, None
            if not job.result.receipt.conflicts:
                self.file = None
                self.answers = Answers()
                self._other_file()

    def commit(self, shown: Look, *, accept_valid: bool) -> None:
        """Write what was shown, beginning with the next run of the page."""
        if self.look and shown.preview is self.look.preview and not self._jobs:
            _let_go(self._meaning)
            self.said = None
            self._wish = Wish(
                "committing", lambda base, scope: looking.commit(base, scope, shown, accept_valid)
            )

    def undo(self, upload_id: int, **how: Any) -> None:
        """Take an upload back, beginning with the next run of the page."""
        kpis = self.written.kpis if self.written else ()
        if not self._jobs:
            self.said = None
            self._wish = Wish(
                "undoing", lambda base, scope: looking.undo(base, scope, upload_id, kpis, **how)
            )

    def _other_file(self) -> None:
        self.asked, self.code, self.rows, self.course = None, None, (0, FIRST), None
        self.round += 1

    def stop(self) -> None:
        """End the job at work, so that it leaves nothing behind."""
        if self.job is not None:
            self.job.stop()

    def _begin(self, doing: Doing, work: Any) -> None:
        self.doing, self._fresh = doing, True
        self._jobs.append(Job(work, readable=READABLE, lasting=doing != "looking").start())


_STOPPED = {
    "looking": "Stopped. Nothing was written.",
    "committing": "Stopped: nothing was written, and the file is still here.",
    "undoing": "Stopped: the upload stands as it was.",
}


def _let_go(*kept: list[Job[Any]]) -> None:
    """Nobody looks any more: reading stops; a commit ends as it would, whole or not at all."""
    for jobs in kept:
        for job in jobs:
            if not job.lasting:
                job.stop()
        jobs.clear()


def heard(key: str, drawn: Any, take: Callable[[Any], None]) -> None:
    """Hand what a widget says now to `take`, if that is not what it was `drawn` with.

    For callbacks, which run before the page does.
    """
    said = st.session_state.get(key)
    if said not in (None, "", drawn):
        take(said)


def desk_of(viewer: Viewer) -> Desk:
    """The desk of this session; a new one where somebody else sits down, or whose rights have changed."""
    desk: Desk | None = st.session_state.get(DESK)
    whose = f"{viewer.scope.actor} {viewer.scope.key}"
    if desk is None or desk.whose != whose:
        desk = st.session_state[DESK] = Desk(whose)
    return desk
