"""What one administrator is about to change: kept on the server until it is applied or let go.

`base` are the definitions in force when that began. `draft` is what they are to become, None where nothing
is to change yet. Keys of widgets carry `round`, so that fields of one beginning never speak for another.
"""

from dataclasses import dataclass

import streamlit as st

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Difference, differences, entities
from kpidash.domain.merging import merged
from kpidash.ingest.definitions import write_definitions
from kpidash.services import catalogue_review
from kpidash.services.catalogue_review import Review
from kpidash.ui.catalogue_editor.asked import Asked
from kpidash.ui.viewer import Viewer

DESK = "catalogue-desk"
"""The session-state key of the desk."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot be: the review with its problems, and in which form or text it was given; `path` is that
    of the form's definition in the file.
    """

    review: Review
    asked: Asked
    path: str = ""


class Desk:
    """The change that one person works on. `said` is whether the last step went well, and what came of it."""

    def __init__(self, owner: str, base: Catalogue) -> None:
        self.owner = owner
        self.base = base
        self.draft: Catalogue | None = None
        self.review: Review | None = None
        self.refused: Refused | None = None
        self.moved: tuple[Difference, ...] = ()
        self.said: tuple[bool, str] | None = None
        self.text: str | None = None
        self.round = 0
        self._at: Asked | None = None

    @property
    def definitions(self) -> Catalogue:
        """The definitions as they are to be."""
        return self.draft or self.base

    def arrive(self, stored: Catalogue, asked: Asked) -> None:
        """Take note of what is looked at, and of what others have changed meanwhile.

        Their changes are taken in where they touch nothing that is being worked on; else they are `moved`.
        """
        place = (asked.show, asked.kind, asked.code, asked.inside)
        before = self._at and (self._at.show, self._at.kind, self._at.code, self._at.inside)
        if place != before:
            self.round += 1
            self.text = None
            self.refused = self.refused if self.refused and self.refused.asked == asked else None
        self._at = asked
        if stored == self.base:
            self.moved = ()
            return
        taken = self._taken(stored, asked, stays=place == before)
        if taken is None:
            self.moved = differences(self.base, stored)
            return
        self.base, self.moved, self.review = stored, (), None
        self.draft = None if self.draft is None or taken == stored else taken

    def _taken(self, stored: Catalogue, asked: Asked, *, stays: bool) -> Catalogue | None:
        """What is to be, with the changes of others; None where these touch what is worked on."""
        if stays and self.text is not None:
            return None
        if stays and asked.kind is not None and asked.code is not None:
            known = entities(self.base, asked.kind).get(asked.code)
            if known != entities(stored, asked.kind).get(asked.code):
                return None
        return stored if self.draft is None else merged(self.base, self.draft, stored)

    def look(
        self, viewer: Viewer, content: str | bytes, asked: Asked, *, prune: bool = True, path: str = ""
    ) -> bool:
        """Look at what a text would do; True when that is something that can be applied."""
        found = catalogue_review.review(
            viewer.database,
            viewer.scope,
            content.encode(errors="replace") if isinstance(content, str) else content,
            prune=prune,
            expected=self.base,
        )
        self.refused = Refused(found, asked, path) if found.problems else None
        self.moved = found.moved
        if found.usable and found.after is not None:
            self.draft, self.review = found.after, found
        elif not found.problems and not found.moved:
            self.draft, self.review = None, None
            self.round += 1  # what tables hold was said of the rows of the draft
            self.said = (True, "Nothing would change: the definitions in force say the same already.")
        return found.usable

    def reviewed(self, viewer: Viewer) -> Review | None:
        """What the draft would do; worked out again where it is not known."""
        if self.draft is None:
            return None
        if self.review is None:
            self.look(viewer, write_definitions(self.draft), Asked(show="review"))
        return self.review

    def discard(self) -> None:
        """Let go of all that was to change."""
        self.clear()
        self.said = (True, "Let go: nothing was changed.")

    def restart(self) -> None:
        """Begin again, from whatever is in force when the page runs next."""
        self.clear()
        self._at = None

    def clear(self, base: Catalogue | None = None) -> None:
        """Nothing is to change any more."""
        self.base = base or self.base
        self.draft = self.review = self.refused = self.text = None
        self.moved = ()
        self.round += 1


def desk_of(viewer: Viewer, stored: Catalogue) -> Desk:
    """The desk of this session; a new one where somebody else sits down, or with other rights."""
    owner = f"{viewer.scope.actor} {viewer.scope.key}"
    desk: Desk | None = st.session_state.get(DESK)
    if desk is None or desk.owner != owner:
        desk = st.session_state[DESK] = Desk(owner, stored)
    return desk
