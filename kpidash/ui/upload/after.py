"""What became of it: committed, with links and undo; refused, with the way on; nothing to write."""

import streamlit as st

from kpidash.services.receipts import Receipt
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import Written
from kpidash.ui.viewer import Viewer

_LINKED = 8
_KEYS = 12


def said(desk: Desk) -> None:
    """The sentence about what ended without a result."""
    if desk.said:
        good = desk.said.startswith("Stopped")
        show(
            element("div", element("p", desk.said), klass="note" if good else "note wrong", role="status"),
            key="said",
        )


def after(viewer: Viewer, desk: Desk, written: Written) -> None:
    """The outcome, with everything that can be done next."""
    receipt = written.receipt
    if receipt.conflicts:
        _conflict(viewer, desk, receipt)
    elif receipt.blocked_by:
        _blocked(viewer, desk, written)
    elif written.undone is not None:
        _undone(viewer, desk, written)
    else:
        _committed(viewer, desk, written)


def _committed(viewer: Viewer, desk: Desk, written: Written) -> None:
    receipt = written.receipt
    number = viewer.formats.number
    if receipt.state != "committed":
        _nothing(desk, receipt)
        return
    count = receipt.added + receipt.changed
    kpis = (
        f" in {len(written.kpis)} KPIs"
        if len(written.kpis) > 1
        else f" in {written.kpis[0].name}"
        if written.kpis
        else ""
    )
    parts = [f"{number(receipt.added)} new", f"{number(receipt.changed)} changed"]
    if receipt.unchanged:
        parts.append(f"{number(receipt.unchanged)} as they were")
    if receipt.rejected:
        parts.append(f"{number(receipt.rejected)} left out")
    show(
        element(
            "section",
            element("h2", f"Committed: {number(count)} {'value' if count == 1 else 'values'}{kpis}"),
            element("p", f"{written.file_name}: {', '.join(parts)}. It is upload {receipt.upload_id}."),
            _links(viewer, written, receipt.upload_id),
            klass="outcome good", role="status",
        ),
        key="committed",
    )  # fmt: skip
    with st.container(horizontal=True):
        _another(desk)
        st.button("Undo this upload", key=f"undo-{desk.round}", on_click=desk.undo, args=(receipt.upload_id,))
        if written.left_out:
            name, content = written.left_out
            st.download_button("Download the rows left out", content, name, "text/csv", on_click="ignore",
                               key=f"left-out-{desk.round}")  # fmt: skip


def _links(viewer: Viewer, written: Written, upload_id: int | None) -> Tree:
    links = [element("a", kpi.name, href=viewer.view.link("kpi", kpi.code)) for kpi in written.kpis[:_LINKED]]
    rest = len(written.kpis) - len(links)
    if upload_id is not None:
        history = viewer.view.link("uploads", str(upload_id))
        links.append(
            element(
                "a",
                f"and {rest} more: all in the history" if rest > 0 else "See it in the history",
                href=history,
            )
        )
    return element("div", *links, klass="links")


def _nothing(desk: Desk, receipt: Receipt) -> None:
    words = (
        "Nothing to write: all of it is known already."
        if receipt.state == "unchanged"
        else "Nothing was written."
    )
    show(
        element(
            "section",
            element("h2", words),
            element("p", receipt.in_words().splitlines()[-1]),
            klass="outcome even",
            role="status",
        ),
        key="nothing",
    )
    _another(desk)


def _undone(viewer: Viewer, desk: Desk, written: Written) -> None:
    receipt = written.receipt
    count = viewer.formats.number(receipt.rows)
    are, they = ("value is", "it was") if receipt.rows == 1 else ("values are", "they were")
    show(
        element(
            "section",
            element("h2", f"Taken back: {count} {are} what {they} before"),
            element("p", f"Upload {written.undone} is undone by upload {receipt.upload_id}; "
                         "both stay in the history."),
            _links(viewer, written, receipt.upload_id),
            klass="outcome good", role="status",
        ),
        key="undone",
    )  # fmt: skip
    _another(desk)


def _blocked(viewer: Viewer, desk: Desk, written: Written) -> None:
    later = [
        element("a", f"upload {one}", href=viewer.view.link("uploads", str(one)))
        for one in [one.id for one in written.receipt.later] or written.receipt.blocked_by
    ]
    show(
        element(
            "section",
            element("h2", "Later uploads changed the same values"),
            element("p", "Nothing was taken back. "
                         f"These go first, in this order, and then upload {written.undone}:"),
            element("div", *later, klass="links"),
            klass="outcome bad", role="status",
        ),
        key="blocked",
    )  # fmt: skip
    with st.container(horizontal=True):
        _another(desk)
        if written.undone is not None:
            st.button(
                f"Take back {len(later) + 1} uploads in order", key=f"in-order-{desk.round}",
                on_click=desk.undo, args=(written.undone,), kwargs={"with_later": True},
            )  # fmt: skip


def _conflict(viewer: Viewer, desk: Desk, receipt: Receipt) -> None:
    keys = receipt.conflicts
    more = len(keys) - _KEYS
    listed = [element("li", key) for key in keys[:_KEYS]]
    if more > 0:
        listed.append(element("li", f"and {viewer.formats.number(more)} more"))
    what = "1 value was" if len(keys) == 1 else f"{viewer.formats.number(len(keys))} values were"
    show(
        element(
            "section",
            element("h2", f"Nothing was written: {what} changed by somebody else since you looked"),
            element("p", "Your file is still here. Look again to see what it would change now."),
            element("ul", *listed, klass="reasons"),
            klass="outcome bad", role="status",
        ),
        key="conflict",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Look again", type="primary", key=f"again-{desk.round}", on_click=desk.again)
        st.button("Take another file", key=f"another-{desk.round}", on_click=desk.clear)


def _another(desk: Desk) -> None:
    st.button("Upload another file", type="primary", key=f"another-{desk.round}", on_click=desk.clear)
