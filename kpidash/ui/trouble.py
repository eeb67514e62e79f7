"""What people see when the program is broken: a sentence and a number to quote, never a traceback."""

import logging
import uuid

from kpidash.domain.access import NotPermitted
from kpidash.services.errors import sentence
from kpidash.ui.elements import element, show

_log = logging.getLogger("kpidash.ui")


def explain(problem: Exception) -> bool:
    """Write the problem to the log under a number, and the number to the screen.

    That somebody may not do any more what the screen still offered is no problem of ours.
    """
    if isinstance(problem, NotPermitted):
        title, why = element("h1", "This is not for you any more"), element("p", sentence(problem))
        show(element("section", title, why, klass="empty"), key="not-permitted")
        return True
    number = uuid.uuid4().hex[:8]
    _log.error("screen failed, number %s", number, exc_info=problem)
    words = (
        "This screen could not be drawn; that is our mistake. "
        f"Quote number {number} to whoever runs this server."
    )
    show(
        element("section", element("h1", "Something is broken here"), element("p", words), klass="empty"),
        key=f"trouble-{number}",
    )
    return True
