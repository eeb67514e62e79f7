"""The style sheet of the entrance: the colours and tokens of the screens, which have them from Streamlit."""

import tomllib
from pathlib import Path
from typing import Any

from kpidash.settings import ROOT
from kpidash.ui import assets

NAMES = {
    "--st-text-color": "textColor",
    "--st-background-color": "backgroundColor",
    "--st-secondary-background-color": "secondaryBackgroundColor",
    "--st-border-color": "borderColor",
    "--st-primary-color": "primaryColor",
    "--link": "linkColor",
    "--wrong": "redColor",
    "--wrong-word": "redTextColor",
    "--wrong-wash": "redBackgroundColor",
    "--good-word": "greenTextColor",
    "--good-wash": "greenBackgroundColor",
}
_STATIC = Path(__file__).parent / "static"


def publish() -> str:
    """The address at which the style sheet is served from now on."""
    return assets.publish("entrance.css", text())


def text() -> str:
    """The style sheet: fonts and colours of .streamlit/config.toml, the tokens, and how pages look."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    tokens = (_STATIC / "tokens.css").read_text(encoding="utf-8").replace(":host", ":root")
    return "\n".join(
        [
            *map(_face, theme["fontFaces"]),
            f":root {{ color-scheme: light dark; {_colours(theme['light'])} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_colours(theme['dark'])} }} }}",
            tokens,
            (_STATIC / "entrance.css").read_text(encoding="utf-8"),
        ]
    )


def _face(face: dict[str, str]) -> str:
    return (
        f"@font-face {{ font-family: {face['family']}; src: url(/{face['url']}) format('woff2'); "
        f"font-weight: {face['weight']}; font-style: {face['style']}; unicode-range: {face['unicodeRange']}; "
        "font-display: swap; }"
    )


def _colours(theme: dict[str, Any]) -> str:
    return " ".join(f"{name}: {theme[given]};" for name, given in NAMES.items())
