"""What must be true before the first visit, whichever way the server was started."""

from streamlit import config

NEEDED = {
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": True,
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
}
"""Under another ASGI server STREAMLIT_* variables are ignored, and a wrong folder means no config at all."""


class WrongStart(RuntimeError):  # noqa: N818 - reads as the message that people get
    """The server was started in a way that would leave it slow or careless."""


def check() -> None:
    """Raise WrongStart unless .streamlit/config.toml is in force."""
    wrong = [f"{name} is {config.get_option(name)!r}, not {value!r}" for name, value in NEEDED.items()
             if config.get_option(name) != value]  # fmt: skip
    if wrong:
        raise WrongStart(
            "The settings in .streamlit/config.toml are not in force; start the server in the folder that "
            f"holds app.py. {'; '.join(wrong)}."
        )
