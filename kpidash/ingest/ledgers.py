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

    `current` gives those of some keys (with True they are locked), `apply` sets values as those of an upload,
    `remove` takes keys away; `kept` is where all of it is.
    """

    shape: Shape
    current: Callable[[Connection, pd.DataFrame, bool], pd.DataFrame]
    apply: Callable[[Connection, pd.DataFrame, int], Applied]
    remove: Callable[[Connection, pd.DataFrame, int], int]
    kept: Versioned


def _actuals(connection: Connection, keys: pd.DataFrame, lock: bool) -> pd.DataFrame:
    return actuals.current(connection, keys, lock=lock)


def _targets(connection: Connection, keys: pd.DataFrame, _lock: bool) -> pd.DataFrame:
    # few enough to be read whole
    stored = targets.current(connection)
    return stored.merge(keys[TARGET.key], on=TARGET.key)


def _set_targets(connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
    nothing = {name: np.nan for name in ("baseline", "due", "change") if name not in changes}
    return targets.apply(connection, changes.assign(**nothing), upload_id)


LEDGERS = {
    Kind.ACTUALS: Ledger(ACTUAL, _actuals, actuals.apply, actuals.remove, actuals.KEPT),
    Kind.TARGETS: Ledger(TARGET, _targets, _set_targets, targets.remove, targets.KEPT),
}
