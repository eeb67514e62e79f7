"""The Chromium that tests drive: the system's own, installed by `python -m tests.e2e.browser` if missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def install() -> str:
    """The path of a browser, from the system's packages (Debian, Ubuntu) where there was none.

    Exits with a sentence where it cannot be installed.
    """
    if found := find():
        return found
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit("No Chromium or Chrome found; install one of them and run this again.")
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run([*prefix, apt, *arguments], check=True, env=environment, stdout=sys.stderr)
    return find() or sys.exit("Chromium was installed but cannot be found on PATH.")


if __name__ == "__main__":
    print(install())
