"""Opening the database and bringing its schema up to date."""

from contextlib import suppress
from pathlib import Path
from threading import Lock

from kpidash.settings import Settings
from kpidash.store.engine import Database, DatabaseUnavailable, SchemaOutdated

__all__ = ["Database", "DatabaseUnavailable", "SchemaOutdated", "initialise", "open_database", "shared"]


def open_database(url: str) -> Database:
    """The database at `url`; raises DatabaseUnavailable with a sentence where there can be none."""
    return Database(url)


def shared(found: Settings) -> Database:
    """The process' one database that these settings name, with its one pool of connections."""
    place = found.database_url, found.read_database_url
    with _one_at_a_time:
        if place not in _shared:
            _shared[place] = Database(*place)
        return _shared[place]


_shared: dict[tuple[str, str | None], Database] = {}
_one_at_a_time = Lock()


def initialise(database: Database, *, distributed: bool = False) -> None:
    """Create the schema or bring it to this version; safe to repeat and to run from several processes.

    With `distributed` its tables are spread over a Citus cluster; DatabaseUnavailable where it is none.
    The folder of the default database is made where it is missing; any other is for people to make.
    """
    default = Path(Settings.database_url.removeprefix("sqlite:///")).absolute()
    if database.url.database == str(default):
        with suppress(OSError):  # the database then says itself what is missing
            default.parent.mkdir(exist_ok=True)
    database.upgrade(distributed=distributed)
