"""What open screens show is made ahead of their hearing of a change, so that they only have to draw it.

Each screen tells which kept parts it shows. When values have changed, the thread that follows the database
makes those anew for the state that screens are about to be told of, the ones that most screens show first.
It lets those who act pass, and stops in time for the change to be told soon: what is not made by then screens
make as they need it.
"""

import logging
import time
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kpidash.domain.access import NotPermitted
from kpidash.services.watching import Known
from kpidash.ui.followers import Followers
from kpidash.ui.kept import Wanted

_log = logging.getLogger("kpidash.ui")
AT_MOST_S = 0.4
"""For so long a change is kept back at the most."""


def make_ahead(open_screens: Followers, known: Known) -> None:
    """Make the parts of open screens that a change concerns, as `services.watching.Ahead` asks."""
    end = time.monotonic() + AT_MOST_S
    for one in open_screens.parts():
        open_screens.give_way(end - time.monotonic())
        if time.monotonic() > end:
            return
        shown = one.viewer.known
        if shown.settled == known.settled and shown.of(one.viewer.shows) != known.of(one.viewer.shows):
            _make(one, known)


def _make(one: Wanted, known: Known) -> None:
    viewer = replace(one.viewer, known=known)
    if viewer.today != datetime.now(ZoneInfo(viewer.catalogue.company.timezone)).date():
        return
    try:
        one.make(viewer)
    except NotPermitted:
        return  # the screen finds out by itself
    except Exception:
        _log.exception("a part of a screen cannot be made ahead")
