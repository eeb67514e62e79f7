"""The version of the schema: checking it, and bringing it up to date with Alembic."""

import logging
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from kpidash.store import bulk, migrations
from kpidash.store.failures import SchemaOutdated

_VERSIONS = "alembic_version"


def check(connection: Connection) -> None:
    """Raise SchemaOutdated unless the schema is current."""
    found = _version(connection)
    if found is None:
        raise SchemaOutdated("the database has no kpidash schema yet; run `kpidash init`")
    if found != _head():
        known = {script.revision for script in _scripts().walk_revisions()}
        if found not in known:
            raise SchemaOutdated("the database was made by a newer kpidash; install that version")
        raise SchemaOutdated("the database's schema is older than this kpidash; run `kpidash init`")


def upgrade(connection: Connection) -> None:
    """Run what is missing up to the newest migration, in the transaction of `connection`.

    Whoever comes second waits for the first and then finds nothing to do. Raises SchemaOutdated when
    the database was made by a newer kpidash.
    """
    bulk.lock_schema(connection)
    if _version(connection) == _head():
        return
    if _version(connection) is not None:
        _refuse_newer(connection)
    config = _config()
    config.attributes["connection"] = connection
    # Alembic reports each step at INFO, which is nothing that a person asked for.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(config, "head")


def _refuse_newer(connection: Connection) -> None:
    if _version(connection) not in {script.revision for script in _scripts().walk_revisions()}:
        raise SchemaOutdated("the database was made by a newer kpidash; install that version")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar_one_or_none()  # noqa: S608
    return None if found is None else str(found)


@cache
def _head() -> str:
    return str(_scripts().get_current_head())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    folder = Path(migrations.__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
