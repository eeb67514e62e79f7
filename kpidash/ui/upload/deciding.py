"""The decision: what a commit would write, said with counts, and the button that says the same."""

from pathlib import PurePath

import streamlit as st

from kpidash.services.rejections import rejected_file
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import Formats
from kpidash.ui.upload.cells import first_problem
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer


def unusable(desk: Desk, look: Look) -> None:
    """A file that cannot be read as it is: one sentence, and what to do."""
    asked = bool(look.questions or any(one.role is None for one in look.preview.columns))
    words, more = first_problem(look.preview.issues.kept), look.preview.issues.total - 1
    rest = f" It has {more} more {'problem' if more == 1 else 'problems'}." if more > 0 else ""
    if asked:
        title = "Say what is open above, and see here what the file would change"
        words, rest = (
            "Answers are kept with the upload, and offered for the next file with these headers.",
            "",
        )
    else:
        title = f"This file cannot be {'used as it is' if look.preview.columns else 'read'}"
    show(
        element("section", element("h2", title), element("p", words + rest),
                klass=f"outcome {'even' if asked else 'bad'}", role="status"),
        key="unusable",
    )  # fmt: skip
    _another(desk, "Take another file")


def summary(viewer: Viewer, look: Look) -> Tree:
    """One sentence on what the file would do."""
    receipt, number = look.preview.receipt(), viewer.formats.number
    touched, count = look.touched, receipt.added + receipt.changed
    if not count:
        known = f"All {number(receipt.unchanged)} values are known already." if receipt.unchanged else ""
        wrong = f"{number(receipt.rejected)} rows cannot be stored." if receipt.rejected else ""
        return element("p", element("b", "Nothing to write. "), f"{known} {wrong}".strip(), klass="says")
    where = f"{len(touched)} KPIs" if len(touched) != 1 else touched[0].name
    counts = ((receipt.added, "new"), (receipt.changed, "changed"))
    parts = " and ".join(f"{number(many)} {word}" for many, word in counts if many)
    rest = f", and {number(receipt.rejected)} cannot be stored" if receipt.rejected else ""
    what = f"A commit would write {parts} {'value' if count == 1 else 'values'} in "
    return element("p", what, element("b", where), f"{rest}.", klass="says")


def decide(viewer: Viewer, desk: Desk, look: Look) -> None:
    """Commit all, or the valid rows alone where some are wrong; or let it be."""
    receipt = look.preview.receipt()
    writable, open_ = bool(look.preview.changes), bool(look.questions)
    with st.container(key="decide", horizontal=True, vertical_alignment="center"):
        accept = bool(look.preview.issues)
        words = _button(viewer.formats, receipt.added + receipt.changed, _left_out(look), accept=accept)
        if not writable:
            words = "Nothing to commit"
        elif open_:
            words = "Answer the question first"
        st.button(
            words, type="primary", disabled=not writable or open_, key=f"commit-{desk.round}",
            on_click=desk.commit, args=(look,), kwargs={"accept_valid": accept},
        )  # fmt: skip
        _another(desk, "Take another file")
        if accept and look.preview.columns:
            _download(desk, look)


def _download(desk: Desk, look: Look) -> None:
    """The wrong rows as a file; it is made when somebody wants it."""
    preview = look.preview
    st.download_button(
        "Download the rejected rows", lambda: rejected_file(preview)[1],
        f"{PurePath(preview.file_name).stem}-rejected-{preview.token[:8]}.csv", "text/csv",
        help="With a column that says why. Mend them and drop the file in again.",
        on_click="ignore", key=f"rejected-{desk.round}",
    )  # fmt: skip


def _left_out(look: Look) -> int:
    return look.preview.changes.rejected if look.preview.changes else 0


def _button(formats: Formats, count: int, left_out: int, *, accept: bool) -> str:
    number = formats.number
    if accept and left_out:
        return f"Commit {number(count)} {'row' if count == 1 else 'rows'}, leave out {number(left_out)}"
    return f"Commit {number(count)} {'value' if count == 1 else 'values'}"


def _another(desk: Desk, words: str) -> None:
    st.button(words, key=f"discard-{desk.round}", on_click=desk.clear)
