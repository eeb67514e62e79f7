"""Pictures of every screen, both themes, three widths: `python -m tests.e2e.screens` fills build/screens.

Names take only the screens and pictures that begin with them, `published` those in PUBLISHED, which go,
smaller, into docs/images as well.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser

from tests.e2e.browser import browsing
from tests.e2e.conftest import ROOT, Visit, serving
from tests.e2e.entrance_states import STATES as ENTRANCE
from tests.e2e.entrance_states import arrive
from tests.e2e.every_screen import ANALYST, SCREENS, become, look, settle
from tests.e2e.odd_companies import Odd, companies
from tests.e2e.people_states import STATES as PEOPLE
from tests.e2e.people_states import desk, settled
from tests.e2e.upload_states import STATES

OUT = ROOT / "build" / "screens"
WIDTHS = (390, 1280, 1920)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HIGHEST = 4_000
SHOWN = ROOT / "docs" / "images"
SHOWN_HIGH, SHOWN_WIDE, QUALITY = 1_500, 960, 85
"""A published picture: px of the screen from its top, px of its own width at most, and quality of 100."""
PUBLISHED = (
    "company-light-1280", "company-dark-390", "department-light-1280", "department-by-segment-dark-1280",
    "compare-light-1280", "kpi-sum-light-1280", "kpi-range-dark-390", "segment-light-1280",
    "point-light-1280", "scorecard-light-1280", "mine-dark-1280", "health-light-1280", "tv-dark-1920",
    "upload-changes-light-1280", "upload-names-light-390", "uploads-light-1280",
    "upload-detail-dark-1280", "gallery-light-1280", "nothing-1-light-1280", "one-1-light-1280",
    "many-3-light-1280", "names-1-light-390", "numbers-1-dark-1280",
    "entrance-fresh-light-1280", "entrance-refused-dark-390", "people-light-1280", "signed-person-light-1280",
    "signed-account-dark-390", "audit-light-1280", "catalogue-kpi-light-1280",
)  # fmt: skip


def take(visit: Visit, name: str) -> None:
    """One picture of all of the screen."""
    page = visit.page
    settle(page)
    block = page.locator('[data-testid="stMainBlockContainer"]')
    size = page.viewport_size
    height = min(int(block.evaluate("node => node.scrollHeight")) + 40, HIGHEST)
    if size:
        page.set_viewport_size({"width": size["width"], "height": max(height, 700)})
    page.wait_for_timeout(400)
    page.screenshot(path=OUT / f"{name}.png")
    if name in PUBLISHED:
        publish(name)


def publish(name: str) -> None:
    """The top of a picture, small enough for the repository."""
    with Image.open(OUT / f"{name}.png") as taken:
        shown = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, SHOWN_HIGH)))
    if shown.width > SHOWN_WIDE:
        height = shown.height * SHOWN_WIDE // shown.width
        shown = shown.resize((SHOWN_WIDE, height), Image.Resampling.LANCZOS)
    shown.save(SHOWN / f"{name}.webp", quality=QUALITY, method=6)


@contextmanager
def visitor(browser: Browser, base: str, width: int, theme: Literal["light", "dark"]) -> Iterator[Visit]:
    """Somebody with a screen of this width and theme."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    yield Visit(context.new_page(), base)
    context.close()


def demo(browser: Browser, folder: Path, wanted: Sequence[str]) -> None:
    """Every screen of the demo company, and every state of an upload."""
    url = f"sqlite:///{folder}/demo.db"
    kpidash(url, "demo")
    with serving(url, folder / "server.log") as base:
        for name, width, theme in every([*SCREENS, *(f"upload-{state}" for state in STATES)], wanted):
            with visitor(browser, base, width, theme) as visit:
                if name in SCREENS:
                    look(visit, SCREENS[name])
                else:
                    visit.open("/upload")
                    become(visit, ANALYST)
                    visit.page.locator("input[type=file]").wait_for(state="attached")
                    STATES[name.removeprefix("upload-")](visit.page, url)
                take(visit, f"{name}-{theme}-{width}")


def entrance(browser: Browser, folder: Path, wanted: Sequence[str]) -> None:
    """Every page for people who are not signed in."""
    url = f"sqlite:///{folder}/entrance.db"
    kpidash(url, "init")
    names = [f"entrance-{state}" for state in ENTRANCE]
    with serving(url, folder / "entrance.log", auth="local") as base:
        for number, (name, width, theme) in enumerate(every(names, wanted)):
            with visitor(browser, base, width, theme) as visit:
                ENTRANCE[name.removeprefix("entrance-")](arrive(visit.page, base, url, number))
                visit.page.screenshot(path=OUT / f"{name}-{theme}-{width}.png", full_page=True)
                if f"{name}-{theme}-{width}" in PUBLISHED:
                    publish(f"{name}-{theme}-{width}")


def signed_in(browser: Browser, folder: Path, wanted: Sequence[str]) -> None:
    """People and accounts where people sign in, each taken of a company of its own."""
    for number, (name, width, theme) in enumerate(every([f"signed-{one}" for one in PEOPLE], wanted)):
        url = f"sqlite:///{folder}/signed-{number}.db"
        kpidash(url, "demo")
        who, state = PEOPLE[name.removeprefix("signed-")]
        with serving(url, folder / "signed.log", auth="local") as base:
            looks = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
            with browser.new_context(**looks) as profile, desk(profile, base, settled(url), who) as found:
                state(found)
                take(Visit(found.page, base), f"{name}-{theme}-{width}")


def odd(browser: Browser, folder: Path, name: str, company: Odd | None, wanted: Sequence[str]) -> None:
    """The screens of a company that the demo does not show; without one those of an empty database."""
    url = f"sqlite:///{folder}/{name}.db"
    kpidash(url, "init")
    if company:
        catalogue, actuals = folder / f"{name}.yaml", folder / f"{name}.csv"
        catalogue.write_text(company.catalogue, encoding="utf-8")
        actuals.write_text(company.actuals, encoding="utf-8")
        kpidash(url, "catalogue", "apply", str(catalogue))
        kpidash(url, "ingest", str(actuals))
    screens = {f"{name}-{at}": one for at, one in enumerate(company.screens if company else ("/",), start=1)}
    with serving(url, folder / f"{name}.log") as base:
        for shown, width, theme in every(screens, wanted):
            with visitor(browser, base, width, theme) as visit:
                visit.open(screens[shown])
                take(visit, f"{shown}-{theme}-{width}")


def every(names: Iterable[str], wanted: Sequence[str]) -> Iterator[tuple[str, int, Literal["light", "dark"]]]:
    """Each wanted name in each width and theme."""
    for name, width, theme in product(names, WIDTHS, THEMES):
        if not wanted or any(f"{name}-{theme}-{width}-".startswith(f"{one}-") for one in wanted):
            yield name, width, theme


def kpidash(url: str, *arguments: str) -> None:
    """Run the command line."""
    subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, *arguments], check=True, cwd=ROOT)


def main(wanted: Sequence[str]) -> None:
    """Take every picture; names on the command line, or what they begin with, take only those, and the word
    published those that are.
    """
    wanted = PUBLISHED if list(wanted) == ["published"] else wanted
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, browsing() as browser:
        folder = Path(made)
        demo(browser, folder, wanted)
        entrance(browser, folder, wanted)
        signed_in(browser, folder, wanted)
        for name, company in {"nothing": None, **companies()}.items():
            odd(browser, folder, name, company, wanted)
    sys.stdout.write(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
