"""Work that takes longer than a click: a thread of its own, watched, and stopped where nobody wants it.

A script run ends at the next click; a job does not. It belongs to whoever holds it: nothing else refers to
it, so a session that ends lets go of its jobs.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from kpidash.domain.progress import Cancelled, Progress, watching
from kpidash.services.processors import processors

_log = logging.getLogger("kpidash.ui")
Result = TypeVar("Result")
_SOON_S = 0.5
"""How long a step must have run before its speed says anything."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How far a job is: the step in words, rows `done` of `total` (0: not known), seconds `left` or None."""

    step: str
    done: int
    total: int
    left: float | None

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Job(Generic[Result]):
    """One piece of work in the background. Look at `done`, then at `stopped`, `problem` and `result`.

    `problem` is what was raised: errors that people can read are shown as they are, all others under a number
    in the log. With `stop` the work ends at its next word about its progress, and its transaction rolls back;
    `stopped` tells whether it did, as the work may have been done by then. A `lasting` job is to go on when
    the one who began it has left.
    """

    def __init__(
        self, work: Callable[[], Result], *, readable: tuple[type[Exception], ...] = (), lasting: bool = False
    ) -> None:
        self.lasting = lasting
        self.result: Result | None = None
        self.problem: str | None = None
        self.stopped = False
        self._work, self._readable = work, readable
        self._unwanted, self._ended = threading.Event(), threading.Event()
        self._step, self._since = Progress("Starting", 0, 0), time.monotonic()
        context = copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="kpidash-job", daemon=True
        )

    def start(self) -> "Job[Result]":
        """Begin, and come back at once."""
        self._thread.start()
        return self

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        return self._ended.wait(seconds)

    def stop(self) -> None:
        """Say that nobody wants it any more."""
        self._unwanted.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop and has not yet."""
        return self._unwanted.is_set() and not self.done

    def shown(self) -> Shown:
        """How far it is."""
        step, since = self._step, self._since
        passed = time.monotonic() - since
        known = step.total and step.done and passed > _SOON_S
        left = passed / step.done * (step.total - step.done) if known else None
        return Shown(step.step, step.done, step.total, left)

    def _watch(self, step: Progress) -> None:
        if self._unwanted.is_set():
            raise Cancelled
        if step.step != self._step.step:
            self._since = time.monotonic()
        self._step = step

    def _run(self) -> None:
        processors.spread()
        try:
            with watching(self._watch):
                self._watch(self._step)
                self.result = self._work()
        except Cancelled:
            self.stopped = True
        except self._readable as problem:
            self.problem = str(problem)
        except Exception:
            number = uuid.uuid4().hex[:8]
            _log.exception("job failed, number %s", number)
            self.problem = (
                "This went wrong, and it is our mistake; nothing was written. "
                f"Quote number {number} to whoever runs this server."
            )
        finally:
            self._ended.set()
