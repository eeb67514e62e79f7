"""Our own components: each one's script and styles travel once, as a file that the browser keeps.

Handed to Streamlit as texts they would travel with every element of every run. A component's data travels
as bytes of JSON. Its script gets them as `text`, and as `data` when it asks, so that what is known already is
not parsed again.
"""

import json
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
  const text = new TextDecoder().decode(component.data);
  return draw({ ...component, text, get data() { return JSON.parse(text); } });
};
"""
_STYLES = """
export const styles = new CSSStyleSheet();
styles.replaceSync(`%s`);
"""


def component(name: str, *, js: tuple[str, ...], css: tuple[str, ...] = ()) -> Callable[..., Any]:
    """A component of files of static/, joined in this order; its styles begin with the tokens.

    It is drawn by calling it with `key`, `data` (JSON or its bytes) and callbacks like `on_sent_change`.
    """
    text = _joined(js)
    if css:
        styles = _joined(("tokens.css", *css))
        text += _STYLES % styles.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    else:
        text += "\nexport const styles = null;\n"
    mount = st.components.v2.component(f"kpidash_{name}", js=_LOADER % assets.publish(f"{name}.js", text))

    def draw(*, data: Any, **others: Any) -> Any:
        return mount(data=data if isinstance(data, bytes) else packed(data), **others)

    return draw


def packed(data: Any) -> bytes:
    """JSON as it travels."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def _joined(names: tuple[str, ...]) -> str:
    return "".join((_STATIC / name).read_text(encoding="utf-8") for name in names)
