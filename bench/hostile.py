"""`python -m bench.hostile [WORD …]`: files made to cost much, and what a preview of each costs.

Each is previewed in a process of its own, against a company of 500 KPIs. Printed are seconds from the file's
bytes to the answer, the most memory that it took beyond that of the idle process and the bytes themselves,
and what was answered. With words only the kinds that have one of them in their name.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.hostile_texts import TEXTS
from bench.hostile_workbooks import WORKBOOKS
from bench.ingest_data import TODAY, company

MOST = 3 << 30
"""Bytes of memory that a preview may ask for."""
KINDS = {**TEXTS, **WORKBOOKS}
PATIENCE = 60
"""Seconds after which a preview is stopped."""
NOTHING = {"seconds": -1, "cpu": -1, "mib": -1, "message": "", "issues": 0, "refused": False}
GOOD = b"kpi,period,value,region\nkpi-001,2026-10-01,1,North\n"


def _status(what: str) -> int:
    """MiB of this process: VmRSS is what it takes now, VmHWM the most since the mark was set back."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith(what))


def measured(path: str) -> dict[str, object]:
    """What the preview of a file costs and says; for the process of its own."""
    from kpidash.domain.access import system_scope
    from kpidash.services import uploads
    from kpidash.services.database import initialise, open_database
    from kpidash.store import catalogue

    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/bench.db")
        initialise(database)
        with database.write() as connection:
            catalogue.save(connection, company(), actor="bench")
        scope = system_scope("bench")
        uploads.preview(database, scope, "good.csv", GOOD, today=TODAY)
        content = Path(path).read_bytes()
        resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, begun, worked = _status("VmRSS"), time.perf_counter(), time.process_time()
        shown = uploads.preview(database, scope, Path(path).name, content, today=TODAY)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        first = shown.issues.kept[0] if shown.issues.kept else None
        return {
            "seconds": took,
            "cpu": worked,
            "mib": _status("VmHWM") - before,
            "issues": shown.issues.total,
            "refused": shown.changes is None,
            "code": first.code.value if first else "",
            "message": first.message if first else "",
        }


def _told(path: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "bench.hostile", "--one", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {**NOTHING, "seconds": PATIENCE, "cpu": PATIENCE, "code": "STOPPED"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        return {**NOTHING, "code": "FAILED", "message": last[0]}
    return json.loads(done.stdout)


def main(words: list[str]) -> None:
    """Print one table."""
    print("| file | MB | seconds | of the processor | MiB | answer |\n|---|---|---|---|---|---|")
    for name, make in KINDS.items():
        if words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            kind = name.partition(":")[0]
            path = Path(folder) / {"gz": "x.csv.gz", "xlsx": "x.xlsx"}.get(kind, "x.csv")
            path.write_bytes(make())
            size = path.stat().st_size / 1e6
            told = _told(path)
        answer = f"{told['code']}{'' if told['refused'] else ' (rows)'}: {str(told['message'])[:110]}"
        figures = f"{size:.1f} | {told['seconds']:.2f} | {told['cpu']:.2f} | {told['mib']}"
        print(f"| {name} | {figures} | {answer} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(sys.argv[2])))
    else:
        main(sys.argv[1:])
