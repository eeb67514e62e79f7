"""Components that nobody listens to have the same state, without a class that is made for each look at it."""

import pytest
from streamlit.components.v2.bidi_component import main
from streamlit.testing.v1 import AppTest

from kpidash.ui import plain_state


def script() -> None:
    import streamlit as st

    from kpidash.ui.elements import element, show

    show(element("p", "to read"), key="quiet")
    show(element("button", "Press", data_send="pressed"), key="heard", sent=lambda _: None)
    found = {}
    for key in ("quiet", "heard"):
        one, again = st.session_state[key], st.session_state[key]
        found[key] = type(one) is type(again), dict(one)
    st.session_state["seen"] = found


def seen() -> dict[str, tuple[bool, dict[str, object]]]:
    """Of each component whether its state has the same class at each look, and what is in it."""
    stage = AppTest.from_function(script, default_timeout=60).run()
    assert not stage.exception
    return stage.session_state["seen"]


def test_only_what_is_listened_to_is_presented_and_all_tells_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, plain_state.PRESENTER, getattr(main, plain_state.PRESENTER))
    before = seen()
    plain_state.present_what_is_listened_to()
    plain_state.present_what_is_listened_to()
    after = seen()
    assert [told for _, told in after.values()] == [told for _, told in before.values()]
    assert {key: same for key, (same, _) in before.items()} == {"quiet": False, "heard": False}
    assert {key: same for key, (same, _) in after.items()} == {"quiet": True, "heard": False}
