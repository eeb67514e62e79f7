"""Two people change the definitions at once: both changes, where they are of different definitions."""

from typing import Any

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Difference, Kind, differences, entities


def merged(base: Catalogue, mine: Catalogue, theirs: Catalogue) -> Catalogue | None:
    """The catalogue `theirs` with all that `mine` differs in from `base`, from which both were made.

    None where a definition differs in both, or what comes out does not hang together.
    """
    own, others = differences(base, mine), differences(base, theirs)
    if {_place(one) for one in own} & {_place(one) for one in others}:
        return None
    lists = {kind: entities(theirs, kind) for kind in Kind}
    for one in own:
        now = entities(mine, one.kind).get(one.code)
        if now is None:
            lists[one.kind].pop(one.code, None)
        else:
            lists[one.kind][one.code] = now
    (company,) = lists.pop(Kind.COMPANY).values()
    given: dict[str, Any] = {kind.value: tuple(found.values()) for kind, found in lists.items()}
    try:
        return Catalogue(company=company, **given)
    except ValueError:  # a reference to what the other has removed
        return None


def _place(one: Difference) -> tuple[Kind, str]:
    return one.kind, one.code
