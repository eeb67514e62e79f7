"""The version of the schema: checking it, and bringing it up to date with Alembic.

Alembic is loaded only to upgrade: every start checks the version, and few starts change it.
"""

import logging
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from kpidash.store import bulk, distribution, migrations, partitions
from kpidash.store.failures import SchemaOutdated

_VERSIONS = "alembic_version"


def check(connection: Connection) -> None:
    """Raise SchemaOutdated unless the schema is current."""
    found = _version(connection)
    if found is None:
        raise SchemaOutdated("the database has no kpidash schema yet; run `kpidash init`")
    if found != _head():
        _refuse_newer(found)
        raise SchemaOutdated("the database's schema is older than this kpidash; run `kpidash init`")


def upgrade(connection: Connection, *, distributed: bool = False) -> None:
    """Run what is missing up to the newest migration, in the transaction of `connection`.

    Coming years, and those that have values and no partition, are given one. With `distributed`, and where
    the database is so already, the tables are distributed too. Whoever comes second waits for the first and
    then finds nothing to do. Raises SchemaOutdated when the database was made by a newer kpidash,
    CannotDistribute when it cannot be distributed.
    """
    bulk.lock_schema(connection)
    if distributed:
        distribution.prepare(connection)
    if bulk.is_cluster(connection):
        distribution.slow_down(connection)
    _migrate(connection)
    partitions.extend(connection)
    if distributed or bulk.is_cluster(connection):
        distribution.place(connection)


def _migrate(connection: Connection) -> None:
    found = _version(connection)
    if found == _head():
        return
    if found is not None:
        _refuse_newer(found)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    # Alembic reports each step at INFO, which is nothing that a person asked for.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(config, "head")


def _refuse_newer(found: str) -> None:
    if found not in versions():
        raise SchemaOutdated("the database was made by a newer kpidash; install that version")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar_one_or_none()  # noqa: S608
    return None if found is None else str(found)


def _head() -> str:
    return versions()[-1]


@cache
def versions() -> tuple[str, ...]:
    """All versions that there are, oldest first: the numbers in the names of the migrations."""
    return tuple(sorted(file.stem[1:5] for file in (_FOLDER / "versions").glob("r[0-9]*_*.py")))


_FOLDER = Path(migrations.__file__).parent
