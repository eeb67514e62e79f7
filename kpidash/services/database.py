"""Opening the database and bringing its schema up to date."""

from contextlib import suppress
from pathlib import Path

from kpidash.settings import Settings
from kpidash.store.engine import Database, DatabaseUnavailable, SchemaOutdated

__all__ = ["Database", "DatabaseUnavailable", "SchemaOutdated", "initialise", "open_database"]


def open_database(url: str) -> Database:
    """The database at `url`; raises DatabaseUnavailable with a sentence where there can be none."""
    return Database(url)


def initialise(database: Database) -> None:
    """Create the schema or bring it to this version; safe to repeat and to run from several processes.

    The folder of the default database is made where it is missing; any other is for people to make.
    """
    default = Path(Settings.database_url.removeprefix("sqlite:///")).absolute()
    if database.url.database == str(default):
        with suppress(OSError):  # the database then says itself what is missing
            default.parent.mkdir(exist_ok=True)
    database.upgrade()
