"""Values with a history: one current value per key, and the superseded ones with the time they were known.

Actuals and targets are both kept this way. A key is (kpi_id, period, a third number): for actuals the
segment, for targets the kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    delete,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.sql.selectable import CompoundSelect

from kpidash.store import bulk, loading, touches
from kpidash.store.columns import INTEGER, NUMBER, joined, ranges
from kpidash.store.staging import staged
from kpidash.store.tables import upload

AT_A_TIME = 1 << 20
"""Rows that are made ready at one time."""


@dataclass(frozen=True)
class Applied:
    """What a change did: numbers of keys."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Wanted:
    """Ranges of days of KPIs: as something to join with (kpi_id, first_day, last_day), and in which days."""

    ranges: FromClause
    days: tuple[int, int]

    @classmethod
    def of(cls, connection: Connection, pairs: pd.DataFrame) -> Self:
        """Those of `pairs` (kpi_id, first_day, last_day; both ends included), where they overlap joined."""
        columns = ranges(pairs, "first_day", "last_day")
        ends = np.concatenate([columns["first_day"], columns["last_day"]])
        return cls(bulk.relation(connection, columns), days_of(ends))

    def rows_of(self, connection: Connection, table: Table) -> FromClause:
        """The ranges with the rows of `table` in each."""
        inside = bulk.between(connection, table.c.period, self.days)
        return self.ranges.join(table, within(table, self.ranges) & inside)


@dataclass(frozen=True)
class Versioned:
    """A table of current values and the one of their history; `fields` are what a value says, with dtypes."""

    current: Table
    history: Table
    third: str
    fields: Mapping[str, str]
    quiet: tuple[str, ...] = ()
    """Those of `fields` that a change may leave out: missing then means "as it was"."""

    @property
    def key(self) -> list[str]:
        """The columns of the key."""
        return ["kpi_id", "period", self.third]

    @property
    def key_types(self) -> dict[str, str]:
        """The key with its dtypes."""
        return dict.fromkeys(self.key, INTEGER)

    @property
    def types(self) -> dict[str, str]:
        """All columns of a current value with their dtypes; `row` is a number because it may be missing."""
        return {**self.key_types, **self.fields, "upload_id": INTEGER, "source_id": INTEGER, "row": NUMBER}

    def apply(self, connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
        """Set the values of `changes` (the key, `fields`, `row`; each key once) as those of the upload.

        Keys whose values are equal already are not touched. With a column `source_id`, as in values that an
        undo puts back, that is kept as where they came from, and every difference counts.
        """
        if changes.empty:
            return Applied(0, 0, 0)
        bulk.hold_kpis(connection, changes["kpi_id"].unique().tolist())
        rows = self._sorted(self._rows(changes, upload_id))
        with staged(connection, self.current, rows) as stage:
            added = self._add(connection, stage)
            changed = 0
            if added < len(changes):
                differs = self._differs(stage, exact="source_id" in changes)
                known = self._staged(connection, stage, rows) & differs
                changed = self._supersede(connection, stage, known, upload_id)
                if changed:
                    self._replace(connection, stage, known)
        if added or changed:
            touches.add(connection, upload_id, changes)
        return Applied(added, changed, len(changes) - added - changed)

    def write(
        self, connection: Connection, added: pd.DataFrame, changed: pd.DataFrame, upload_id: int
    ) -> Applied:
        """Add the values of `added`, whose keys are new, and set those of `changed`, whose keys are not.

        Faster than `apply`, which finds out itself. Raises KeyTaken when a key of `added` is there: see
        `loading.load`. `Applied.changed` is less than `changed` has rows when keys are not there (any more).
        """
        bulk.hold_kpis(connection, {*added["kpi_id"].unique().tolist(), *changed["kpi_id"].unique().tolist()})
        # Everybody adds first and each in the order of the key, so that two writers never deadlock.
        ordered = self._sorted(added)
        for start in range(0, len(ordered), AT_A_TIME):
            part = self._rows(ordered.iloc[start : start + AT_A_TIME], upload_id)
            loading.load(connection, self.current, part)
        replaced = 0
        if len(changed):
            replaced = self._overwrite(connection, self._sorted(self._rows(changed, upload_id)), upload_id)
        if len(added) or replaced:
            touches.add(connection, upload_id, joined([added[self.key], changed[self.key]]))
        return Applied(len(added), replaced, 0)

    def _overwrite(self, connection: Connection, rows: pd.DataFrame, upload_id: int) -> int:
        """Set the rows, whose keys are known, after moving what was there to history; how many there were."""
        at_once = bulk.is_sqlite(connection)
        with staged(connection, self.current, rows[self.key] if at_once else rows) as stage:
            known = self._staged(connection, stage, rows)
            replaced = self._supersede(connection, stage, known, upload_id)
            if not at_once:
                self._replace(connection, stage, known)
            elif replaced == len(rows):
                # writing the rows a second time is faster than an UPDATE that looks each of them up
                loading.load(connection, self.current, rows, instead=True)
        return replaced

    def remove(self, connection: Connection, keys: pd.DataFrame, upload_id: int) -> int:
        """Move the values of `keys` to history as superseded by the upload; returns how many there were."""
        if keys.empty:
            return 0
        bulk.hold_kpis(connection, keys["kpi_id"].unique().tolist())
        with staged(connection, self.current, self._sorted(keys[self.key])) as stage:
            known = self._staged(connection, stage, keys)
            removed = self._supersede(connection, stage, known, upload_id)
            if removed:
                named = tuple_(*self.key_of(self.current)).in_(select(*self.key_of(stage)))
                inside = bulk.between(connection, self.current.c.period, days_of(keys["period"]))
                connection.execute(delete(self.current).where(named, inside))
                touches.add(connection, upload_id, keys)
        return removed

    def known_at(self, connection: Connection, at: int, wanted: Wanted | None = None) -> CompoundSelect[Any]:
        """The values as known at a moment (microseconds), within the ranges `wanted` where given: `types`.

        A value is known from the commit of its upload until the commit of the one that superseded it.
        """
        earlier, later = upload.alias("earlier"), upload.alias("later")

        def rows(table: Table) -> Select[Any]:
            source = table if wanted is None else wanted.rows_of(connection, table)
            found = select(*(table.c[name] for name in self.types))
            found = found.select_from(source.join(earlier, earlier.c.id == table.c.upload_id))
            return found.where(earlier.c.committed_at <= at)

        superseded = rows(self.history).join(later, later.c.id == self.history.c.superseded_by)
        return union_all(rows(self.current), superseded.where(later.c.committed_at > at))

    def key_of(self, table: FromClause) -> list[ColumnElement[int]]:
        """The key columns of `table`."""
        return [table.c[name] for name in self.key]

    def same_key(self, other: FromClause) -> ColumnElement[bool]:
        """That a row of the current table has the key of a row of `other`."""
        return and_(*(self.current.c[name] == other.c[name] for name in self.key))

    def _rows(self, changes: pd.DataFrame, upload_id: int) -> pd.DataFrame:
        source = changes.get("source_id", upload_id)
        return changes[[*self.key, *self.fields, "row"]].assign(upload_id=upload_id, source_id=source)

    def _sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        """In the order of the primary key: for locality, and because two writers must not deadlock."""
        columns = [frame[name].to_numpy() for name in self.key]
        if not _strictly_ascending(columns):
            order = np.lexsort(columns[::-1])
            if not _strictly_ascending([column[order] for column in columns]):
                raise ValueError("a key stands twice in one change")
            frame = frame.iloc[order]
        return frame

    def _add(self, connection: Connection, stage: Table) -> int:
        """Insert keys that are not there. Waits for others that are just adding one of them."""
        names = [column.name for column in stage.columns]
        # Both databases read a staged table in the order in which it was filled, which is that of the key.
        # SQLite takes ON CONFLICT for a join's ON unless there is a WHERE.
        rows = select(*stage.columns).where(true())
        statement = bulk.insert(connection, self.current).from_select(names, rows).on_conflict_do_nothing()
        return _count(connection, statement)

    def _differs(self, stage: Table, *, exact: bool) -> ColumnElement[bool]:
        """Whether a staged row says something else than the current one of its key."""
        old, new = self.current.c, stage.c
        loud = [name for name in self.fields if exact or name not in self.quiet]
        quiet = [name for name in self.quiet if not exact]
        return or_(
            *(new[name].is_distinct_from(old[name]) for name in (*loud, *(["source_id"] if exact else []))),
            *(new[name].is_not(None) & new[name].is_distinct_from(old[name]) for name in quiet),
        )

    def _staged(self, connection: Connection, stage: Table, rows: pd.DataFrame) -> ColumnElement[bool]:
        """That a current row is one of those staged, which are `rows`."""
        inside = bulk.between(connection, self.current.c.period, days_of(rows["period"]))
        return self.same_key(stage) & inside

    def _supersede(
        self, connection: Connection, stage: Table, known: ColumnElement[bool], upload_id: int
    ) -> int:
        """Copy current rows to history and lock them until the transaction ends, see `bulk.locked`."""
        kept = [column.name for column in self.current.columns]
        rows = select(*(self.current.c[name] for name in kept), literal(upload_id)).select_from(
            stage.join(self.current, known)
        )
        rows = bulk.locked(connection, rows, self.current)
        statement = plain_insert(self.history).from_select([*kept, "superseded_by"], rows)
        return _count(connection, statement)

    def _replace(self, connection: Connection, stage: Table, known: ColumnElement[bool]) -> None:
        set_ = {name: stage.c[name] for name in (*self.fields, "upload_id", "source_id", "row")}
        connection.execute(update(self.current).where(known).values(set_))


def _strictly_ascending(columns: Sequence[NDArray[np.int64]]) -> bool:
    for start in range(0, len(columns[0]) - 1, AT_A_TIME):
        step = [np.diff(column[start : start + AT_A_TIME + 1].astype(np.int64)) for column in columns]
        later, level = np.zeros(len(step[0]), dtype=bool), True
        for each in step:
            later, level = later | (level & (each > 0)), level & (each == 0)
        if not later.all():
            return False
    return True


def within(table: FromClause, wanted: FromClause) -> ColumnElement[bool]:
    """That a row of `table` lies in a range of `wanted` (kpi_id, first_day, last_day)."""
    return (table.c.kpi_id == wanted.c.kpi_id) & table.c.period.between(wanted.c.first_day, wanted.c.last_day)


def days_of(days: pd.Series | NDArray[np.int64]) -> tuple[int, int]:
    """The first and the last of some days; where there are none, days between which none lies."""
    return (int(days.min()), int(days.max())) if len(days) else (0, -1)


def _count(connection: Connection, statement: Any) -> int:
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
