"""What of the catalogue is looked at, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Kind, entities
from kpidash.ui.viewer import Viewer

PAGE = "catalogue"
Show = Literal["", "yaml", "review"]
_SHOWS: tuple[Show, ...] = ("yaml", "review")
KINDS = {"company": Kind.COMPANY, "department": Kind.DEPARTMENT, "kra": Kind.KRA, "kpi": Kind.KPI}
"""Each kind by its word in the address."""
WORDS = {Kind.COMPANY: "company", Kind.DEPARTMENT: "department", Kind.KRA: "KRA", Kind.KPI: "KPI"}
"""Each kind in the words of the screen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A definition by kind and code, a new one of a kind `inside` a department or KRA, the YAML text, the
    review, or nothing yet; `find` narrows the tree.
    """

    show: Show = ""
    kind: Kind | None = None
    code: str | None = None
    inside: str | None = None
    find: str = ""

    @property
    def new(self) -> bool:
        """Whether it is a definition that is not there yet."""
        return self.kind is not None and self.code is None


def asked_of(parameters: Mapping[str, str], *known: Catalogue) -> Asked:
    """What the address asks for; a definition in none of the known catalogues asks for nothing."""
    find = parameters.get("find", "")[:100]
    for show in _SHOWS:
        if parameters.get("show") == show:
            return Asked(show=show, find=find)
    kind, code = KINDS.get(parameters.get("kind", "")), parameters.get("code")
    if kind is Kind.COMPANY:
        return Asked(kind=kind, code=kind.value, find=find)
    if kind is None or (code and not any(code in entities(one, kind) for one in known)):
        return Asked(find=find)
    return Asked(kind=kind, code=code or None, inside=parameters.get("in") or None, find=find)


def address(viewer: Viewer, asked: Asked) -> str:
    """The address that asks for this."""
    word = next((word for word, kind in KINDS.items() if kind is asked.kind), None)
    code = None if asked.kind is Kind.COMPANY else asked.code
    said = {"show": asked.show, "kind": word, "code": code, "in": asked.inside, "find": asked.find}
    return viewer.view.link(PAGE, asked=said)
