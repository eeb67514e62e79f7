"""What axe-core finds on a screen, in both themes."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import until_true
from tests.e2e.every_screen import settle

AXE = Axe()
GRAVE = ("serious", "critical")
THEMES = {"light": (), "dark": ("color-contrast", "link-in-text-block")}
"""Each with its rules: all of them, then those for which other colours make a difference."""
THEME = "said => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === said"


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds serious or critical, with the elements, in words; by these rules or by all."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{one['impact']}: {one['help']} ({one['id']}): {node['target']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """The violations of a screen, first light, then dark."""
    found = []
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme)
        until_true(page, THEME, theme)
        settle(page)
        found += [f"{theme}: {one}" for one in violations(page, rules)]
    return found
