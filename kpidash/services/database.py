"""Opening the database and bringing its schema up to date."""

from kpidash.store.engine import Database, DatabaseUnavailable, SchemaOutdated

__all__ = ["Database", "DatabaseUnavailable", "SchemaOutdated", "initialise", "open_database"]


def open_database(url: str) -> Database:
    """The database at `url`; raises DatabaseUnavailable with a sentence where there can be none."""
    return Database(url)


def initialise(database: Database) -> None:
    """Create the schema or bring it to this version; safe to repeat and to run from several processes."""
    database.upgrade()
