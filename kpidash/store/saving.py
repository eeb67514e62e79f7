"""Saving a catalogue: what differs is written, what is equal is not touched."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from kpidash.domain.catalogue import Catalogue, Department, Kpi, Kra
from kpidash.store import bulk, saving_targets
from kpidash.store.tables import benchmark, company, department, kpi, kra

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Codes of one kind, in the order of the catalogue."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    """What a save changed. A KPI whose targets or benchmarks changed counts as changed; order does not.

    `upload_id` is the batch that holds the changed targets, None when there are none.
    """

    company: bool
    departments: Difference
    kras: Difference
    kpis: Difference
    upload_id: int | None

    @property
    def nothing(self) -> bool:
        """Whether the database said the same before."""
        kinds = (self.departments, self.kras, self.kpis)
        return not self.company and all(kind == Difference() for kind in kinds)


def save(
    connection: Connection,
    catalogue: Catalogue,
    *,
    actor: str,
    prune: bool = False,
    file_name: str | None = None,
) -> Saved:
    """Write the catalogue. What it does not name is left alone, or with `prune` taken away.

    Departments and KRAs are deleted then, KPIs retired (their data stay; saving them again brings them back),
    and targets removed unless people uploaded them. Changed targets are kept as a batch of kind `catalogue`.
    """
    lock(connection)
    company_changed = _save_company(connection, catalogue)
    departments = _save_kind(connection, department, _rows(catalogue.departments), prune=prune)
    kras = _save_kind(connection, kra, _rows(catalogue.kras), prune=prune)
    kpis = _save_kind(connection, kpi, _kpi_rows(catalogue.kpis), prune=prune)
    ids = dict(connection.execute(select(kpi.c.code, kpi.c.id)).all())
    touched = _save_benchmarks(connection, catalogue.kpis, ids)
    batch, retargeted = saving_targets.save(
        connection, catalogue.kpis, ids, actor=actor, prune=prune, file_name=file_name
    )
    touched |= retargeted | set(kpis.changed)
    changed = [one.code for one in catalogue.kpis if one.code in touched and one.code not in kpis.added]
    kpis = Difference(kpis.added, tuple(changed), kpis.removed)
    return Saved(company_changed, departments, kras, kpis, batch)


def lock(connection: Connection) -> None:
    """Keep others from saving definitions until the transaction ends; to load, judge and then save."""
    bulk.lock_catalogue(connection)


def _save_company(connection: Connection, catalogue: Catalogue) -> bool:
    wanted = _fields(catalogue.company)
    stored = connection.execute(select(company)).mappings().one_or_none()
    if stored is None:
        connection.execute(insert(company).values(id=1, **wanted))
        return True
    if all(stored[name] == value for name, value in wanted.items()):
        return False
    connection.execute(update(company).values(wanted))
    return True


def _save_kind(connection: Connection, table: Table, wanted: dict[str, Row], *, prune: bool) -> Difference:
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


def _rows(entities: Iterable[Department | Kra]) -> dict[str, Row]:
    return {one.code: _fields(one) for one in entities}


def _kpi_rows(kpis: Iterable[Kpi]) -> dict[str, Row]:
    rows = {one.code: {**_fields(one), "retired": False} for one in kpis}
    for row in rows.values():
        row["dimensions"] = json.dumps(row["dimensions"])
        del row["targets"], row["benchmarks"]
    return rows


def _fields(one: Any) -> Row:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _save_benchmarks(connection: Connection, kpis: Iterable[Kpi], ids: Mapping[str, int]) -> set[str]:
    """Write the benchmarks of KPIs whose differ; returns their codes."""
    names = ("kpi_id", "position", "name", "value", "source")
    columns = [benchmark.c[name] for name in names]
    stored: dict[int, list[Row]] = {}
    for row in connection.execute(select(*columns).order_by(*columns[:2])).mappings():
        stored.setdefault(row["kpi_id"], []).append(dict(row))
    touched = set()
    for one in kpis:
        number = ids[one.code]
        wanted = [
            {"kpi_id": number, "position": place, **_fields(given)}
            for place, given in enumerate(one.benchmarks)
        ]
        if wanted != stored.get(number, []):
            touched.add(one.code)
            connection.execute(delete(benchmark).where(benchmark.c.kpi_id == number))
            if wanted:
                connection.execute(insert(benchmark), wanted)
    return touched
