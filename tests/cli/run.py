"""Running the command line in this process: what it printed and how it exited."""

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from kpidash.cli.main import main


@dataclass(frozen=True)
class Outcome:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


def run(*arguments: str) -> Outcome:
    """One command, as `kpidash …` would run it."""
    kept, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(kept, encoding="utf-8", newline="", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Outcome(code, kept.getvalue().decode(), err.getvalue())
