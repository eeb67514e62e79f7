"""Trees of elements."""

import json

from kpidash.ui.elements import element, mark, pill


def test_texts_stay_texts_and_attributes_that_are_missing_stay_away():
    tree = element("a", "<b>Sales</b>", None, href="/kpi", aria_current=None, klass="name", var_share="0.5")
    assert tree == ["a", {"href": "/kpi", "class": "name", "--share": "0.5"}, "<b>Sales</b>"]
    assert json.loads(json.dumps(tree)) == tree


def test_a_status_is_a_shape_a_word_and_a_colour():
    assert pill("at_risk", "95.0") == [
        "span", {"class": "pill orange"},
        ["i", {"class": "mark orange", "data-shape": "at_risk", "aria-hidden": "true"}],
        "at risk 95.0",
    ]  # fmt: skip
    assert mark("stale")[1]["data-shape"] == "stale"
