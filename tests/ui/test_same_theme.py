"""Sessions are told the same theme, which is made once."""

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from kpidash.ui import same_theme

BELOW = ("light", "dark", "sidebar", "light.sidebar", "dark.sidebar")
SECTIONS = ("theme", *(f"theme.{one}" for one in BELOW))


def told() -> list[bytes]:
    """What a session is told of each section."""
    found = []
    for section in SECTIONS:
        message = CustomThemeConfig()
        getattr(app_session, same_theme.FILL)(message, section)
        found.append(message.SerializeToString(deterministic=True))
    return found


def test_the_theme_is_the_same_and_its_settings_are_read_once(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    options = config.get_options_for_section
    monkeypatch.setattr(app_session, same_theme.FILL, getattr(app_session, same_theme.FILL))
    before = told()
    assert len(before[0]) > 500, "the fonts are in it"
    same_theme.make_once()
    same_theme.make_once()
    monkeypatch.setattr(config, "get_options_for_section", lambda name: asked.append(name) or options(name))
    assert told() == before
    assert told() == before
    assert asked == list(SECTIONS)
