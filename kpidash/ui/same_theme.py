"""The theme is made of the settings once: Streamlit makes it anew for each run of each screen.

It does so on the thread that serves all websockets, half a millisecond each time, a tenth of all that a
process with a hundred open screens does. There is no public way to keep it.
"""

from typing import Any

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

FILL = "_populate_theme_msg"
"""Streamlit's function: puts what a section of the settings says into a message."""


def make_once() -> None:
    """Let Streamlit put in what it made at first. Settings do not change while a process lives."""
    fill, made = getattr(app_session, FILL, None), dict[str, CustomThemeConfig]()
    if fill is None or getattr(fill, "made", None) is not None:
        return

    def put(message: Any, section: str = "theme") -> None:
        if section not in made:
            theme = CustomThemeConfig()
            fill(theme, section)
            made[section] = theme
        if made[section].ByteSize():  # a section that says nothing is not there
            message.MergeFrom(made[section])

    put.made = made  # type: ignore[attr-defined]
    setattr(app_session, FILL, put)
