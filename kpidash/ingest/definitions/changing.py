"""A catalogue file in which one definition is other than in the catalogue: what a form makes.

A form's texts go into the file as they are, so that whoever reads the file judges them as it judges any.
"""

from kpidash.domain.catalogue import Catalogue
from kpidash.ingest.definitions.export import Fields, fields_of, lists_of, written
from kpidash.ingest.definitions.yaml_tree import Mapping, Scalar, Sequence, read_tree

COMPANY = "company"


def with_definition(catalogue: Catalogue, kind: str, code: str | None, fields: Fields) -> tuple[str, str]:
    """The catalogue as a file with `fields` in place of one definition, and the path of this in the file.

    `kind` is the name of a list, or company; without a code the definition is a new one, the last of its
    list.
    """
    lists = lists_of(catalogue)
    if kind == COMPANY:
        return written(fields, lists), COMPANY
    place = _NEW if code is None else code
    lists[kind][place] = fields
    return written(fields_of(catalogue.company), lists), f"{kind}[{list(lists[kind]).index(place)}]"


def without_definition(catalogue: Catalogue, kind: str, code: str) -> str:
    """The catalogue as a file without one definition and all that belongs to it."""
    lists = lists_of(catalogue)
    gone = {kind: {code}}
    if kind == "departments":
        gone[kind] = set(catalogue.subtree(code))
        gone["kras"] = {kra.code for kra in catalogue.kras if kra.department in gone[kind]}
    if kind != "kpis":
        kras = gone["kras"]
        gone["kpis"] = {kpi.code for kpi in catalogue.kpis if kpi.kra in kras}
    left = {name: {one: said for one, said in entries.items() if one not in gone.get(name, ())}
            for name, entries in lists.items()}  # fmt: skip
    return written(fields_of(catalogue.company), left)


_NEW = "new definition"
"""Stands for the code of a new one; no code has a space."""


def code_at(content: bytes, kind: str, index: int) -> str | None:
    """The code of the definition at this place of a list of the file; None where there is none to read."""
    codes = codes_in(content, kind)
    return codes[index] if index < len(codes) else None


def codes_in(content: bytes, kind: str) -> list[str | None]:
    """The code of each definition in a list of the file, None where one has none."""
    root = read_tree(content)
    listed = root.values.get(kind) if isinstance(root, Mapping) else None
    items = listed.items if isinstance(listed, Sequence) else []
    found = (item.values.get("code") if isinstance(item, Mapping) else None for item in items)
    return [code.text.strip() if isinstance(code, Scalar) and code.text else None for code in found]
