"""Pages of the entrance as HTML: plain forms that need no script."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    # An address with a one-time link goes nowhere as a referrer, but forms still say where they come from.
    "Referrer-Policy": "strict-origin",
}


class Pages:
    """Makes pages with the style that is served at `style`."""

    def __init__(self, *, style: str, provider: str | None) -> None:
        self._always = {"style": style, "provider": provider}

    def page(
        self, template: str, status: int = 200, *, headers: dict[str, str] | None = None, **given: object
    ) -> HTMLResponse:
        """The page that a template makes of what is given."""
        text = _templates().get_template(template).render(**self._always, **given)
        return HTMLResponse(text, status, {**HEADERS, **(headers or {})})


def onward(address: str) -> RedirectResponse:
    """Send a browser on, to get another page."""
    return RedirectResponse(address, 303, HEADERS)


@lru_cache(maxsize=1)
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
