"""The palette: told apart by everybody, readable in both themes, the same wherever it is written."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from bench.colour_vision import SIGHTS, difference
from bench.palette import APART_NEEDS, DOCUMENT, contrasts, distances, written
from kpidash.charts import palette, theme
from kpidash.charts.palette import MODES, mix
from kpidash.charts.theme import GROUNDS, STATUS
from kpidash.domain.scoring import STATUSES

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
TOKENS = (ROOT / "kpidash" / "ui" / "static" / "tokens.css").read_text(encoding="utf-8")
SHAPES = (ROOT / "kpidash" / "ui" / "static" / "shapes.js").read_text(encoding="utf-8")


def test_every_status_has_a_look_with_its_own_sign_word_and_shape():
    assert set(STATUS) == set(STATUSES)
    for part in ("sign", "word", "symbol"):
        assert len({getattr(look, part) for look in STATUS.values()}) == len(STATUS)
    drawn = dict(re.findall(r"^  (\w+): \"([^\"]+)\",$", SHAPES, re.MULTILINE))
    assert set(drawn) == set(STATUSES)
    assert len(set(drawn.values())) == len(STATUSES)


@pytest.mark.parametrize("mode", MODES)
def test_charts_and_screens_have_the_same_colours(mode: str):
    for status, look in STATUS.items():
        assert theme.colour(status, mode) == CONFIG[mode][f"{look.tone}Color"]
    assert CONFIG[mode]["textColor"] == GROUNDS[mode].text
    assert CONFIG[mode]["secondaryBackgroundColor"] == GROUNDS[mode].card
    assert CONFIG[mode]["borderColor"] == GROUNDS[mode].line
    assert GROUNDS[mode].muted == mix(CONFIG[mode]["textColor"], CONFIG[mode]["backgroundColor"], 0.68)


@pytest.mark.parametrize(
    ("token", "share"), [("quiet", palette.QUIET), ("data", palette.DATA), ("band", palette.BAND)]
)
def test_mixed_colours_are_mixed_alike_in_styles_and_in_charts(token: str, share: float):
    written_share = re.search(
        rf"--{token}: color-mix\(in srgb, var\(--\w+\) (\d+)%, var\(--ground\)\)", TOKENS
    )
    assert written_share
    assert int(written_share[1]) == round(share * 100)


@pytest.mark.parametrize(("token", "pixels"), [("text-1", theme.SMALL), ("text-2", theme.PLAIN)])
def test_charts_have_the_type_sizes_of_screens(token: str, pixels: int):
    size = re.search(rf"--{token}: ([\d.]+)rem", TOKENS)
    assert size
    assert round(float(size[1]) * CONFIG["baseFontSize"]) == pixels
    assert CONFIG["font"] == theme.FONT


@pytest.mark.parametrize("name", ["view.css", "scorecard.css", "search.css"])
def test_styles_use_the_type_scale_and_no_colours_of_their_own(name: str):
    style = (ROOT / "kpidash" / "ui" / "static" / name).read_text(encoding="utf-8")
    assert re.findall(r"font-size: [\d.]+(?:rem|px)", style) == []
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", style) == []


@pytest.mark.parametrize("mode", MODES)
def test_text_and_marks_have_aa_contrast_on_everything_they_stand_on(mode: str):
    short = [found for found in contrasts(mode) if found[3] < found[4]]
    assert short == []


@pytest.mark.parametrize("mode", MODES)
def test_statuses_stay_apart_for_the_colour_blind(mode: str):
    for one, other, by_sight in distances(mode):
        assert set(by_sight) == set(SIGHTS)
        assert min(by_sight.values()) >= APART_NEEDS, (one, other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_of_the_published_pairs(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
):
    assert difference(np.array(one, float), np.array(other, float)) == pytest.approx(expected, abs=1e-4)


def test_the_document_shows_the_figures_of_the_palette_as_it_is():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == written(document), "run python -m bench.palette"


def test_the_document_names_every_token():
    document = DOCUMENT.read_text(encoding="utf-8")
    tokens = set(re.findall(r"^  (--[a-z0-9-]+):", TOKENS, re.MULTILINE))
    assert {token for token in tokens if f"`{token}`" not in document} == set()
