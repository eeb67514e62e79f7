"""Values with a history: one current value per key, and the superseded ones with the time they were known.

Actuals and targets are both kept this way. A key is (kpi_id, period, a third number): for actuals the
segment, for targets the kind.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    delete,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import insert as plain_insert

from kpidash.store import bulk, touches


@dataclass(frozen=True)
class Applied:
    """What a change did: numbers of keys."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Versioned:
    """A table of current values and the one of their history."""

    current: Table
    history: Table
    third: str
    values: tuple[str, ...]
    quiet: tuple[str, ...] = ()
    """Those of `values` that a change may leave out: NULL then means "as it was"."""

    @property
    def key(self) -> list[str]:
        """The columns of the key."""
        return ["kpi_id", "period", self.third]

    def apply(self, connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
        """Set the values of `changes` (the key, `values`, `row`) as those of the upload.

        Keys whose values are equal already are not touched. With a column `source_id`, as in values that an
        undo puts back, that is kept as where they came from and a difference there counts too.
        """
        stage = self._stage(connection, changes, upload_id)
        added = self._add(connection, stage)
        changed = 0
        if added < len(changes):
            differs = self._differs(stage, exact="source_id" in changes)
            changed = self._supersede(connection, stage, differs, upload_id)
            if changed:
                self._replace(connection, stage, differs)
        stage.drop(connection)
        if added or changed:
            touches.add(connection, upload_id, changes)
        return Applied(added, changed, len(changes) - added - changed)

    def remove(self, connection: Connection, keys: pd.DataFrame, upload_id: int) -> int:
        """Move the values of `keys` to history as superseded by the upload; returns how many there were."""
        stage = bulk.staged(connection, self.current, self._sorted(keys[self.key]))
        removed = self._supersede(connection, stage, None, upload_id)
        if removed:
            key = tuple_(*(self.current.c[name] for name in self.key))
            connection.execute(delete(self.current).where(key.in_(select(*(stage.c[n] for n in self.key)))))
            touches.add(connection, upload_id, keys)
        stage.drop(connection)
        return removed

    def _stage(self, connection: Connection, changes: pd.DataFrame, upload_id: int) -> Table:
        columns = self._sorted(changes[[*self.key, *self.values, "row"]]).assign(upload_id=upload_id)
        source = changes["source_id"].reindex(columns.index) if "source_id" in changes else upload_id
        return bulk.staged(connection, self.current, columns.assign(source_id=source))

    def _sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        """In the order of the primary key: for locality, and because two writers must not deadlock."""
        ordered = frame.sort_values(self.key)
        if ordered.duplicated(self.key).any():
            raise ValueError("a key stands twice in one change")
        return ordered

    def _add(self, connection: Connection, stage: Table) -> int:
        """Insert keys that are not there. Waits for others that are just adding one of them."""
        names = [column.name for column in stage.columns]
        rows = select(*stage.columns).order_by(*(stage.c[name] for name in self.key))
        statement = bulk.insert(connection, self.current).from_select(names, rows).on_conflict_do_nothing()
        return _count(connection, statement)

    def _differs(self, stage: Table, *, exact: bool) -> ColumnElement[bool]:
        """Whether a staged row says something else than the current one of its key."""
        compared = [*self.values, *(["source_id"] if exact else [])]
        return or_(
            *(
                and_(
                    stage.c[name].is_distinct_from(self.current.c[name]),
                    *([stage.c[name].is_not(None)] if name in self.quiet and not exact else []),
                )
                for name in compared
            )
        )

    def _supersede(
        self, connection: Connection, stage: Table, differs: ColumnElement[bool] | None, upload_id: int
    ) -> int:
        """Copy current rows to history and, on PostgreSQL, lock them until the transaction ends."""
        kept = [column.name for column in self.current.columns]
        rows = (
            select(*(self.current.c[name] for name in kept), literal(upload_id))
            .select_from(stage.join(self.current, self.same_key(stage)))
            .with_for_update(of=self.current)
        )
        if differs is not None:
            rows = rows.where(differs)
        statement = plain_insert(self.history).from_select([*kept, "superseded_by"], rows)
        return _count(connection, statement)

    def _replace(self, connection: Connection, stage: Table, differs: ColumnElement[bool]) -> None:
        set_ = {name: stage.c[name] for name in (*self.values, "upload_id", "source_id", "row")}
        connection.execute(update(self.current).where(self.same_key(stage), differs).values(set_))

    def same_key(self, other: FromClause) -> ColumnElement[bool]:
        """That a row of the current table has the key of a row of `other`."""
        return and_(*(self.current.c[name] == other.c[name] for name in self.key))


def _count(connection: Connection, statement: Any) -> int:
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
