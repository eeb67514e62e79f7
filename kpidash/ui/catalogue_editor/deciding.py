"""The step before anything is written: all that would change and whom it concerns, and the button."""

import streamlit as st

from kpidash.domain.access import NotPermitted
from kpidash.services import catalogue_review
from kpidash.services.catalogue_review import Review
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import sentence
from kpidash.ui.catalogue_editor import concerns
from kpidash.ui.catalogue_editor.asked import Asked, address
from kpidash.ui.catalogue_editor.changes import changes, in_a_sentence, moved
from kpidash.ui.catalogue_editor.desk import Desk
from kpidash.ui.catalogue_editor.problems import form_problems
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.viewer import Viewer


def deciding(viewer: Viewer, desk: Desk) -> None:
    """What the draft would do, and the ways on."""
    review = desk.reviewed(viewer)
    if desk.refused and desk.refused.asked.show == "review":
        show(form_problems(desk.refused), key="catalogue-problems")
        st.button("Discard", key=f"catalogue-discard-{desk.round}", on_click=desk.discard)
        return
    if review is None or review.after is None:
        back = element("a", "Choose a definition to change", href=address(viewer, Asked()), klass="action")
        said = element("p", "Nothing is to change yet. ", back, klass="calm")
        show(said, key="catalogue-idle")
        return
    show(
        element("p", element("b", in_a_sentence(review.differences)), _BEFORE, klass="says"),
        changes(viewer, review.before, review.after, review.differences),
        concerns.people(viewer, review),
        concerns.standings(viewer, review),
        concerns.saved(viewer, review),
        key="catalogue-review",
    )
    _buttons(viewer, desk, review)


_BEFORE = " Nothing is written before you apply it."


def _buttons(viewer: Viewer, desk: Desk, review: Review) -> None:
    count = len(review.differences)
    with st.container(key="decide", horizontal=True, vertical_alignment="center"):
        words = f"Apply {'this change' if count == 1 else f'these {count} changes'}"
        st.button(words, type="primary", key=f"catalogue-apply-{desk.round}", disabled=bool(desk.moved),
                  on_click=_apply, args=(viewer, desk, review))  # fmt: skip
        st.button("Discard", key=f"catalogue-discard-{desk.round}", on_click=desk.discard)
        more = element("a", "Change something else as well", href=address(viewer, Asked()), klass="action")
        show(more, key="catalogue-more")


def _apply(viewer: Viewer, desk: Desk, shown: Review) -> None:
    """Apply what was shown, and nothing else; a second press finds nothing to do."""
    if desk.review is not shown:
        return
    try:
        applied = catalogue_review.apply(viewer.database, viewer.scope, shown)
    except (NotPermitted, DatabaseUnavailable) as problem:
        desk.said = (False, sentence(problem))
        return
    if applied.state == "stale":
        desk.moved, desk.review = applied.moved, None
        desk.said = (False, "Nothing was applied: others have changed the definitions since you looked.")
    elif applied.state == "refused":
        first = applied.problems[0].message
        desk.review = None
        desk.said = (False, f"Nothing was applied, as the data has changed since you looked: {first}.")
    else:
        desk.clear(shown.after)
        desk.said = (True, f"Applied: {in_a_sentence(shown.differences, done=True)}")


def said(desk: Desk) -> Tree | None:
    """What became of the last step, once."""
    told, desk.said = desk.said, None
    if told is None:
        return None
    return element("div", element("p", told[1]), klass="note" if told[0] else "note wrong", role="status")


def overtaken(viewer: Viewer, desk: Desk) -> None:
    """What others have changed of what is being worked on, and how to go on."""
    if not desk.moved:
        return
    title = "Others have changed the definitions that you are working on"
    why = "To apply your change now would take theirs back without anybody having seen it. Since you began:"
    show(
        element("section", element("h2", title), element("p", why), moved(viewer, desk.moved),
                klass="outcome even", role="status"),
        key="catalogue-moved",
    )  # fmt: skip
    st.button(
        "Begin again from the definitions in force",
        key=f"catalogue-again-{desk.round}",
        on_click=desk.restart,
    )
