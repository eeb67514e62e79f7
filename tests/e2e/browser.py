"""Programs that tests drive: the system's own Chromium and nginx.

`python -m tests.e2e.browser` installs what is missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHELL = "chromium-headless-shell"
"""Chromium without its own bars and menus, which nobody sees here: a fifth less work for the same pages."""
WHOLE = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
NGINX = "/usr/sbin/nginx"


def find(*, whole: bool = False) -> str | None:
    """The path of a Chromium or Chrome on this machine; `whole` is with bars and menus, as people have it."""
    names = WHOLE if whole else (SHELL, *WHOLE)
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


@contextmanager
def browsing(*, whole: bool = False) -> "Iterator[Browser]":
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=find(whole=whole), args=["--no-sandbox"])
        yield found
        found.close()


def find_nginx() -> str | None:
    """The path of nginx on this machine; people other than root have no /usr/sbin on their PATH."""
    return shutil.which("nginx") or (NGINX if Path(NGINX).exists() else None)


def install(*, whole: bool = False) -> str:
    """The path of a browser, from the system's packages (Debian, Ubuntu) where there was none.

    Exits with a sentence where it cannot be installed.
    """
    if not whole and not find():
        with suppress(subprocess.CalledProcessError):  # not every system has it
            _installed(SHELL)
    if not find(whole=whole):
        _installed("chromium")
    return find(whole=whole) or sys.exit("Chromium cannot be found on PATH.")


def install_nginx() -> str:
    """The same for nginx."""
    return find_nginx() or _installed("nginx-light") or find_nginx() or sys.exit("nginx cannot be found.")


def _installed(package: str) -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit(f"No {package} found; install it and run this again.")
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
        subprocess.run([*prefix, apt, *arguments], check=True, env=environment, stdout=sys.stderr)


if __name__ == "__main__":
    print(install())
    print(install_nginx())
