"""What a browser may fetch before it knows that it needs it: the parts of Streamlit that our screens have.

Streamlit's document names what its frame needs. The rest is found module by module, each a round trip later
than the one that asks for it. Here it is asked for with low priority, so it comes while the frame begins to
work and takes nothing from it.
"""

import re
from functools import lru_cache

from kpidash.ui import assets

DRAWN = ("Html.", "BidiComponent.", "Selectbox.")
"""How the names of the modules begin that draw every screen."""
OWN = ("own/view.", "own/search.")
"""The same of our own."""
CHARTS = "PlotlyChart."
WITH_CHARTS = frozenset({"kpi"})
"""Screens that draw with it at once. It comes last, and runs when a chart is there to draw."""
_IMPORT = re.compile(rb'(?:from|import)\s*["\'`]\./([^"\'`]+\.js)["\'`]')


def hints(page: str, document: str) -> str:
    """The elements for the head of the document, at the address `page`, that names what comes anyway."""
    found = [name for begin in DRAWN for name in needed(begin)]
    found += [name for name in assets.published() if name.startswith(OWN)]
    if page in WITH_CHARTS:
        found += needed(CHARTS)
    return "".join(_hint(name) for name in dict.fromkeys(found) if name not in document)


@lru_cache(maxsize=8)
def needed(begin: str) -> tuple[str, ...]:
    """The module whose name begins so, and all that it cannot run without, below assets.PREFIX."""
    folder = assets.FOLDER / "js"
    waiting, found = [path.name for path in folder.glob(f"{begin}*.js")], dict[str, None]()
    while waiting:
        name = waiting.pop(0)
        if name not in found and (folder / name).exists():
            found[name] = None
            waiting += [one.decode() for one in _IMPORT.findall((folder / name).read_bytes())]
    return tuple(f"js/{name}" for name in found)


def _hint(name: str) -> str:
    return f'<link rel="modulepreload" href=".{assets.PREFIX}{name}" fetchpriority="low" crossorigin>'
