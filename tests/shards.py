"""What a cluster can do on each node alone: the rules that keep a statement to rows of one KPI.

Rows of the distributed tables are in shards by `kpi_id`. A statement in which two of them meet must say that
they meet within a KPI, and what a subquery makes of them it must make for each KPI.
"""

from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp

from kpidash.store import staging
from kpidash.store.tables import Placement, metadata, placement_of

KEY = "kpi_id"
_TABLES = [table for table in metadata.sorted_tables if placement_of(table) is Placement.DISTRIBUTED]
SHARDED = frozenset(
    [table.name for table in _TABLES]
    + [staging.standing(like, [KEY]).name for like in staging.FOR if like in _TABLES]
)
"""The names of the tables in shards."""


@lru_cache(maxsize=4096)
def breaches(statement: str, *, on_cluster: bool = True) -> tuple[str, ...]:
    """What of a statement (in PostgreSQL's SQL) a cluster would refuse, or gather on one node to do.

    Rows may be locked where a statement is said to one server only, not `on_cluster`.
    """
    if not any(name in statement for name in SHARDED) or statement.lstrip().startswith("CREATE"):
        return ()
    tree = sqlglot.parse_one(statement.replace("%%", "%"), dialect="postgres")
    found = [told for node in tree.walk() for told in _told(node)]
    if on_cluster and any(node.args.get("locks") and _holds(node) for node in tree.find_all(exp.Select)):
        found.append("rows of several shards are locked")
    return tuple(found)


def _told(node: exp.Expression) -> Iterator[str]:
    if isinstance(node, exp.Select):
        yield from _apart(node, _sources(node))
        if node.parent is not None and not isinstance(node.parent, exp.Insert) and _holds(node):
            yield from _in_pieces(node)
    if isinstance(node, exp.Update) and _holds(node):
        if any(assigned.this.name == KEY for assigned in node.expressions):
            yield "an UPDATE moves rows to another KPI"
        yield from _apart(node, [node.this, *_sources(node)])
    if _is_sharded(_target(node)) and isinstance(node.expression, exp.Select):
        place = [column.name for column in node.this.expressions].index(KEY)
        if _name(node.expression.selects[place]) != KEY:
            yield "an INSERT … SELECT writes something else into the KPI's column"
    if isinstance(node, exp.SetOperation) and _holds(node):
        sides = [[_name(one) for one in side.selects] for side in (node.left, node.right)]
        if KEY not in sides[0] or sides[0].index(KEY) != sides[1].index(KEY):
            yield "a union does not tell KPIs apart"


def _apart(node: exp.Expression, sources: list[exp.Expression]) -> Iterator[str]:
    """Sources of rows in shards that do not meet within a KPI."""
    sharded = [source.alias_or_name for source in sources if _holds(source)]
    if len(sharded) < 2:
        return
    group = {source.alias_or_name: {source.alias_or_name} for source in sources}
    for left, right in _equalities(node):
        if left in group and right in group:
            both = group[left] | group[right]
            group |= dict.fromkeys(both, both)
    if any(name not in group[sharded[0]] for name in sharded):
        yield f"{' and '.join(sharded)} do not meet within a KPI"


def _in_pieces(select: exp.Select) -> Iterator[str]:
    """A subquery over shards that cannot be answered shard by shard."""
    if select.args.get("limit") or select.args.get("offset"):
        yield "a subquery cuts rows of several KPIs"
    grouped = select.args.get("group")
    by_kpi = grouped is not None and any(_name(one) == KEY for one in grouped.expressions)
    totals = any(one.find(exp.AggFunc) for one in select.selects) or grouped or select.args.get("distinct")
    if totals and not by_kpi:
        yield "a subquery sums up several KPIs"
    if by_kpi or any(_name(one) in {KEY, "*"} for one in select.selects):
        return
    inside = {source.alias_or_name for source in _sources(select)}
    if not any((left in inside) != (right in inside) for left, right in _equalities(select)):
        yield "a subquery does not tell of which KPI its rows are"


def _sources(node: exp.Expression) -> list[exp.Expression]:
    tables = [part for part in (node.args.get("from_"), *node.args.get("joins", ())) if part is not None]
    more = [join for part in tables for join in part.this.args.get("joins") or ()]
    return [part.this for part in (*tables, *more)]


def _equalities(node: exp.Expression) -> Iterator[tuple[str, str]]:
    """Pairs of sources that a statement says to be of one KPI."""
    for equal in node.find_all(exp.EQ):
        left, right = equal.left, equal.right
        columns = isinstance(left, exp.Column) and isinstance(right, exp.Column)
        if columns and KEY in {left.name, right.name} <= {KEY, "kpi"}:
            yield left.table, right.table


def _holds(node: exp.Expression) -> bool:
    return any(_is_sharded(table) for table in node.find_all(exp.Table))


def _is_sharded(table: exp.Expression | None) -> bool:
    return isinstance(table, exp.Table) and table.name in SHARDED


def _target(node: exp.Expression) -> exp.Expression | None:
    return node.this.this if isinstance(node, exp.Insert) and isinstance(node.this, exp.Schema) else None


def _name(selected: exp.Expression) -> str:
    return selected.alias_or_name or selected.name
