"""The whole upload beside that of Superset, of the same file: `python -m bench.superset PYTHON [--rows N]`.

PYTHON is the interpreter of an environment with apache-superset and psycopg2-binary. What is measured there
is what its upload does with a file that has arrived: read it with Superset's CSV reader and write it with
Superset's engine for PostgreSQL, into a table without a key and without checks; its import, web requests and
own records are left out. Both run on PostgreSQL, in turns, each time on a database of its own.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench.databases import fresh, postgresql_place
from bench.ingest import timed, uploading
from bench.ingest_data import FILE_NAME, Rows

ROUNDS = 3

CHILD = """
import sys, time
from superset.app import create_app
app = create_app()
with app.app_context():
    from werkzeug.datastructures import FileStorage
    from superset.commands.database.uploaders.csv_reader import CSVReader
    from superset.models.core import Database
    url, path = sys.argv[1:]
    database = Database(database_name="bench", sqlalchemy_uri=url)
    with open(path, "rb") as file:
        start = time.perf_counter()
        reader = CSVReader({"already_exists": "fail"})
        reader.read(FileStorage(file, filename=path), database, "uploaded", "public")
        print("seconds", time.perf_counter() - start)
"""
"""What Superset's interpreter runs; the password has to stand in the URL, as Superset asks nobody for it."""


SETTINGS = """
SECRET_KEY = "bench"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/own.db"
FILTER_STATE_CACHE_CONFIG = EXPLORE_FORM_DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""


def superset(python: str, url: str, content: bytes) -> float:
    """Seconds of Superset's upload of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path, settings = Path(folder) / FILE_NAME, Path(folder) / "settings.py"
        path.write_bytes(content)
        settings.write_text(SETTINGS.format(folder=folder))
        address = url.replace("postgresql:", "postgresql+psycopg2:", 1)
        command = [python, "-c", CHILD, address, str(path)]
        environment = os.environ | {"SUPERSET_CONFIG_PATH": str(settings)}
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(found.stdout.rpartition("seconds")[2])


def main() -> None:
    """Print the row of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", metavar="PYTHON")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    content, pairs = Rows(given.rows).file(), []
    with postgresql_place() as place:
        for _ in range(given.rounds):
            ours = timed(place, uploading(b"", content))
            with fresh(place) as url:
                pairs.append((ours, superset(given.python, url, content)))
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"| whole upload, PostgreSQL, against Superset's CSV upload | < 0.2 | **{ours / theirs:.2f}** "
        f"| {ours:.2f} s | {theirs:.2f} s |"
    )


if __name__ == "__main__":
    main()
