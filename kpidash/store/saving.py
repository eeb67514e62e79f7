"""Saving a catalogue: what differs is written, what is equal is not touched."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kpidash.domain.catalogue import Catalogue, Department, Kpi, Kra
from kpidash.domain.period import Frequency
from kpidash.store import bulk, rollups, saving_targets
from kpidash.store.saving_rows import Difference, Row, save_rows
from kpidash.store.tables import benchmark, company, department, kpi, kra


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
    departments = save_rows(connection, department, _rows(catalogue.departments), prune=prune)
    kras = save_rows(connection, kra, _rows(catalogue.kras), prune=prune)
    weekly = _weekly(connection)
    kpis = save_rows(connection, kpi, _kpi_rows(catalogue.kpis), prune=prune)
    ids = dict(connection.execute(select(kpi.c.code, kpi.c.id)).all())
    _refile(connection, weekly)
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


def keep(connection: Connection) -> None:
    """Let nobody save definitions until the transaction ends; any number may ask for that at once."""
    bulk.lock_catalogue(connection, shared=True)


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


def _weekly(connection: Connection) -> set[int]:
    return set(connection.execute(select(kpi.c.id).where(kpi.c.frequency == Frequency.WEEKLY)).scalars())


def _refile(connection: Connection, weekly: set[int]) -> None:
    """Bring rollups up to date where `weekly` KPIs are so no more, or others have become so.

    Weeks are filed under the month of their Thursday, everything else under that of its first day.
    """
    if moved := weekly ^ _weekly(connection):
        rollups.rebuild(connection, sorted(moved))


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
