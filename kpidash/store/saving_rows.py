"""Saving the rows of departments, KRAs or KPIs: what differs is written, what is equal is not touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from kpidash.store.tables import kpi

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Codes of one kind, in the order of the catalogue."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def save_rows(connection: Connection, table: Table, wanted: dict[str, Row], *, prune: bool) -> Difference:
    """Bring the rows of one kind of definition to `wanted`, by code; with `prune` others are taken away."""
    stored = {str(row["code"]): row for row in connection.execute(select(table)).mappings()}
    live = {code: row for code, row in stored.items() if not row.get("retired")}
    absent = [code for code in live if code not in wanted]
    positions = _positions(wanted, live, whole=prune or not absent)
    rows = {code: {**row, "position": positions[code]} for code, row in wanted.items()}
    new = [row for code, row in rows.items() if code not in stored]
    differing = {code: row for code, row in rows.items() if code in stored and _differs(row, stored[code])}
    if new:
        connection.execute(insert(table), new)
    _update(connection, table, differing)
    if prune and absent:
        _take_away(connection, table, absent)
    changed = [code for code, row in differing.items() if _differs(row, stored[code], but="position")]
    return Difference(
        added=tuple(code for code in wanted if code not in live),
        changed=tuple(code for code in changed if code in live),
        removed=tuple(absent) if prune else (),
    )


def _update(connection: Connection, table: Table, rows: Mapping[str, Row]) -> None:
    if not rows:
        return
    names = [name for name in next(iter(rows.values())) if name != "code"]
    statement = update(table).where(table.c.code == bindparam("of_code"))
    statement = statement.values({name: bindparam(f"new_{name}") for name in names})
    given = [{"of_code": code, **{f"new_{name}": row[name] for name in names}} for code, row in rows.items()]
    connection.execute(statement, given)


def _take_away(connection: Connection, table: Table, codes: list[str]) -> None:
    chosen = table.c.code.in_(codes)
    connection.execute(
        update(kpi).where(chosen).values(retired=True) if table is kpi else delete(table).where(chosen)
    )


def _positions(
    wanted: Iterable[str], live: Mapping[str, Mapping[Any, Any]], *, whole: bool
) -> dict[str, int]:
    """Where each stands: as in the file when it names all, else where it stood, new ones last."""
    if whole:
        return {code: place for place, code in enumerate(wanted)}
    after = max((int(row["position"]) for row in live.values()), default=-1) + 1
    new = {code: after + place for place, code in enumerate(code for code in wanted if code not in live)}
    return {code: new[code] if code in new else int(live[code]["position"]) for code in wanted}


def _differs(row: Row, stored: Mapping[Any, Any], *, but: str = "") -> bool:
    return any(stored[name] != value for name, value in row.items() if name != but)
