"""Programs that tests run as separate processes: `python -m tests.store.writers NAME URL …`."""

import sys
import threading

import numpy as np
import pandas as pd

from kpidash.store import actuals, rollups, uploads, users
from kpidash.store.engine import Database


def add_users(url: str, name: str, threads: str, each: str) -> None:
    """Add `each` users in as many writing transactions, in every one of `threads` threads."""
    database = Database(url)

    def work(thread: int) -> None:
        for number in range(int(each)):
            with database.write() as connection:
                users.add(connection, f"{name}-{thread}-{number}@example.com", name)

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    database.dispose()


def apply_slowly(url: str, kpi_id: str, rows: str) -> None:
    """Apply one large upload, saying on standard output what is about to be done."""
    database = Database(url)
    frame = pd.DataFrame({"kpi_id": int(kpi_id), "period": np.arange(int(rows)), "segment_id": 0})
    frame = frame.assign(value=1.0, numerator=np.nan, denominator=np.nan, note=None, row=2)
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
        print("apply", flush=True)
        actuals.apply(connection, frame, number)
        print("refresh", flush=True)
        rollups.refresh(connection, frame)
        print("commit", flush=True)
    print("done", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    {"add_users": add_users, "apply_slowly": apply_slowly}[sys.argv[1]](*sys.argv[2:])
