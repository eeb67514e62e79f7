"""Where uploads of each kind are kept: actuals and targets behind one set of verbs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.ingest.diff import ACTUAL, TARGET, Shape
from kpidash.ingest.layout import Kind
from kpidash.store import actuals, targets
from kpidash.store.engine import Connection
from kpidash.store.versions import Applied, Versioned


@dataclass(frozen=True, slots=True)
class Ledger:
    """Current values of one kind.

    `stored` gives values among which are those of some keys, `current` exactly those with all that is known
    of them (with True they are locked). `write` adds new values and replaces known ones, `apply` sets values
    whatever was there, both as those of an upload; `remove` takes keys away. `kept` is where all of it is.
    """

    shape: Shape
    stored: Callable[[Connection, pd.DataFrame], pd.DataFrame]
    current: Callable[[Connection, pd.DataFrame, bool], pd.DataFrame]
    write: Callable[[Connection, pd.DataFrame, pd.DataFrame, int], Applied]
    apply: Callable[[Connection, pd.DataFrame, int], Applied]
    remove: Callable[[Connection, pd.DataFrame, int], int]
    kept: Versioned


def _actuals(connection: Connection, keys: pd.DataFrame, lock: bool) -> pd.DataFrame:
    return actuals.current(connection, keys, lock=lock)


def _targets(connection: Connection, keys: pd.DataFrame, lock: bool = False) -> pd.DataFrame:
    # few enough to be read whole
    stored = targets.current(connection, lock=lock)
    return stored.merge(keys[TARGET.key], on=TARGET.key)


def _write_targets(
    connection: Connection, added: pd.DataFrame, changed: pd.DataFrame, upload_id: int
) -> Applied:
    return targets.write(connection, _whole(added), _whole(changed), upload_id)


def _set_targets(connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
    return targets.apply(connection, _whole(changes), upload_id)


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Targets of periods with the columns that only trajectories fill."""
    return rows.assign(**{name: np.nan for name in ("baseline", "due", "change") if name not in rows})


LEDGERS = {
    Kind.ACTUALS: Ledger(
        ACTUAL, actuals.stored, _actuals, actuals.write, actuals.apply, actuals.remove, actuals.KEPT
    ),
    Kind.TARGETS: Ledger(
        TARGET, _targets, _targets, _write_targets, _set_targets, targets.remove, targets.KEPT
    ),
}
