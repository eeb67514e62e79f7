"""The design system on one screen: type, colours, statuses, cards and states as every screen has them."""

from kpidash.charts.theme import STATUS
from kpidash.ui.blocks import facts, section, table, tiles
from kpidash.ui.elements import Tree, element, mark, pill

TYPE = {
    "--text-1": "labels of axes, notes, table heads",
    "--text-2": "secondary text, pills, tables",
    "--text-3": "controls, lists",
    "--text-4": "headings of parts, sentences",
    "--text-5": "values in a row of facts",
    "--text-6": "the question of a screen",
    "--text-7": "98.9",
}
COLOURS = ("--ground", "--card", "--ink", "--quiet", "--line", "--edge", "--accent", "--data", "--band")
SPACES = tuple(f"--space-{size}" for size in range(1, 8))


def gallery() -> list[Tree]:
    """Every part with an example."""
    parts = {
        "Type": _type(), "Colour": _colours(), "Space": _spaces(), "Status": _statuses(),
        "Numbers": _numbers(), "States": _states(),
    }  # fmt: skip
    return [section(title, part) for title, part in parts.items()]


def _type() -> Tree:
    lines = [
        (name, element("span", sample, klass="sample-type", var_size=f"var({name})"))
        for name, sample in TYPE.items()
    ]
    return facts(*lines)


def _colours() -> Tree:
    swatches = [
        element("li", element("span", klass="swatch", var_shown=f"var({name})"), element("small", name))
        for name in COLOURS
    ]
    return element("ul", *swatches, klass="swatches")


def _spaces() -> Tree:
    bars = [
        element("li", element("span", klass="measure", var_long=f"var({name})"), element("small", name))
        for name in SPACES
    ]
    return element("ul", *bars, klass="swatches")


def _statuses() -> Tree:
    rows = [
        (element("span", mark(status), f" {look.word}"), pill(status), look.tone)
        for status, look in STATUS.items()
    ]
    return table(("Shape and word", "Pill", "Colour"), rows, "words even")


def _numbers() -> Tree:
    shown = {"Actual": "₹3.9 Cr", "Target": "₹3.91 Cr", "Attained": "99.9%", "Variance": "₹42,656 short"}
    return tiles(shown.items())


def _states() -> Tree:
    return element(
        "div",
        element("p", "Nothing is off target or late. Look at what is at risk next.", klass="calm"),
        element("div", element("p", "Committed: 7 values in Sales revenue."), klass="note"),
        element("div", element("p", "Row 3: 'n/k' is not a number. Write a number, or leave the row out."),
                klass="note wrong"),
    )  # fmt: skip
