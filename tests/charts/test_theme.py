"""The palette: told apart by everybody, readable in both themes, the same wherever it is written."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from kpidash.charts.theme import GROUNDS, STATUS
from kpidash.domain.scoring import STATUSES

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
TONES = ("green", "orange", "red", "gray")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_status_has_a_look_with_its_own_sign_and_word():
    assert set(STATUS) == set(STATUSES)
    assert len({look.sign for look in STATUS.values()}) == len(STATUS)
    assert len({look.word for look in STATUS.values()}) == len(STATUS)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_charts_and_screens_have_the_same_palette(mode: str):
    theme = CONFIG["theme"][mode]
    for look in STATUS.values():
        assert theme[f"{look.tone}Color"] == getattr(look, mode)
    assert theme["textColor"] == GROUNDS[mode].text
    assert theme["secondaryBackgroundColor"] == GROUNDS[mode].card
    assert theme["borderColor"] == GROUNDS[mode].line


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_words_of_a_status_are_readable_on_their_wash_and_on_the_ground(mode: str, tone: str):
    theme = CONFIG["theme"][mode]
    for ground in ("backgroundColor", "secondaryBackgroundColor", f"{tone}BackgroundColor"):
        assert contrast(theme[f"{tone}TextColor"], theme[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tone", TONES)
def test_marks_stand_out_from_the_ground(mode: str, tone: str):
    theme = CONFIG["theme"][mode]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme[f"{tone}Color"], theme[ground]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_quiet_text_are_readable(mode: str):
    theme, ground = CONFIG["theme"][mode], GROUNDS[mode]
    assert contrast(ground.text, ground.fill) >= 4.5
    for colour in (ground.text, ground.muted):
        assert contrast(colour, theme["backgroundColor"]) >= 4.5
        assert contrast(colour, ground.card) >= 4.5


# Viénot, Brettel and Mollon 1999 (protan, deutan) and Brettel, Viénot and Mollon 1997, one plane (tritan),
# on linear RGB.
BLINDNESS = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    "tritan": ((1.0, 0.14461, -0.14461), (0.0, 0.85924, 0.14076), (0.0, 0.85924, 0.14076)),
}


def seen(colour: str, kind: str) -> tuple[float, ...]:
    linear = [(int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5)]
    mixed = [sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in BLINDNESS[kind]]
    return tuple(max(part, 0.0) ** (1 / 2.2) * 255 for part in mixed)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_judging_colours_stay_apart_for_the_colour_blind(mode: str, kind: str):
    judging = [getattr(STATUS[status], mode) for status in ("on_target", "at_risk", "off_target")]
    for one, other in combinations(judging, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen(one, kind), seen(other, kind), strict=True)) ** 0.5
        assert apart >= 30, (one, other)
