"""Our own components: each one's script and styles travel once, as a file that the browser keeps.

Handed to Streamlit as texts they would travel with every element of every run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from kpidash.ui import assets

_STATIC = Path(__file__).parent / "static"
_LOADER = """
const { default: draw, styles } = await import(window.location.origin + "%s");
export default (component) => {
  const root = component.parentElement.getRootNode();
  if (styles && !root.adoptedStyleSheets.includes(styles)) root.adoptedStyleSheets.push(styles);
  return draw(component);
};
"""
_STYLES = """
export const styles = new CSSStyleSheet();
styles.replaceSync(`%s`);
"""


def component(name: str, *, js: tuple[str, ...], css: tuple[str, ...] = ()) -> Callable[..., Any]:
    """A component of files of static/, joined in this order; its styles begin with the tokens."""
    text = _joined(js)
    if css:
        styles = _joined(("tokens.css", *css))
        text += _STYLES % styles.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    else:
        text += "\nexport const styles = null;\n"
    found: Callable[..., Any] = st.components.v2.component(
        f"kpidash_{name}", js=_LOADER % assets.publish(f"{name}.js", text)
    )
    return found


def _joined(names: tuple[str, ...]) -> str:
    return "".join((_STATIC / name).read_text(encoding="utf-8") for name in names)
