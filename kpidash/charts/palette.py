"""The colours of both themes, read from .streamlit/config.toml: the one list of screens and charts."""

import tomllib
from dataclasses import dataclass

from kpidash.settings import ROOT

MODES = ("light", "dark")
TONES = ("green", "orange", "red", "gray")
"""The status palette by the names that the theme has for colours."""

QUIET, DATA, BAND = 0.68, 0.65, 0.07
"""How much of the text's (or the accent's) colour stands on the ground; static/tokens.css has the same."""


@dataclass(frozen=True)
class Tone:
    """One colour of the status palette: of a mark, of words, and of the wash behind words."""

    mark: str
    word: str
    wash: str


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as #rrggbb.

    `ground` lies below everything, `side` below the side bar and `card` below cards and inputs; `text` and
    `muted` are words, `line` parts things, `accent` is the one colour without a meaning, `data` draws what
    has no status, `band` fills a range.
    """

    ground: str
    side: str
    card: str
    text: str
    muted: str
    line: str
    accent: str
    data: str
    band: str
    tones: dict[str, Tone]


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of a colour on a ground, as CSS mixes them in sRGB."""
    both = zip(parts(colour), parts(ground), strict=True)
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in both)


def parts(colour: str) -> tuple[int, ...]:
    """Red, green and blue of #rrggbb, from 0 to 255."""
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _read(mode: str) -> Palette:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]
    ground, text, accent = theme["backgroundColor"], theme["textColor"], theme["primaryColor"]
    return Palette(
        ground=ground,
        side=theme["sidebar"]["backgroundColor"],
        card=theme["secondaryBackgroundColor"],
        text=text,
        muted=mix(text, ground, QUIET),
        line=theme["borderColor"],
        accent=accent,
        data=mix(accent, ground, DATA),
        band=mix(accent, ground, BAND),
        tones={
            tone: Tone(theme[f"{tone}Color"], theme[f"{tone}TextColor"], theme[f"{tone}BackgroundColor"])
            for tone in TONES
        },
    )


PALETTES = {mode: _read(mode) for mode in MODES}
"""Both themes."""
