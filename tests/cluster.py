"""Databases of a Citus cluster for tests: one that KPIDASH_TEST_CITUS_URL names by its coordinator.

Its user must be a superuser on every node. Citus leaves it to administrators to make a database on the nodes
and to tell it which these are; so do the tests. Where there is no cluster, a PostgreSQL database can pretend
to be one: kpidash then says to it what it would say to a cluster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import URL

from kpidash.store.engine import Database

_NODES = "SELECT nodename, nodeport FROM pg_dist_node WHERE noderole = 'primary' AND groupid <> 0"

_PRETENCE = """
CREATE TABLE citus_tables (table_name regclass PRIMARY KEY, citus_table_type text, key text);
CREATE TABLE pg_dist_node (groupid integer);
INSERT INTO pg_dist_node VALUES (0), (1);
CREATE FUNCTION create_reference_table(placed regclass) RETURNS void LANGUAGE sql AS
  $$ INSERT INTO citus_tables VALUES (placed, 'reference') $$;
CREATE FUNCTION create_distributed_table(placed regclass, key text, colocate_with text) RETURNS void
  LANGUAGE sql AS $$ INSERT INTO citus_tables VALUES (placed, 'distributed', key) $$
"""


def pretend(url: URL) -> None:
    """Make kpidash take an empty PostgreSQL database for one of a cluster, and distribute its tables."""
    make_believe(url)
    _distribute(url)


def make_believe(url: URL) -> None:
    """Give a PostgreSQL database what kpidash asks Citus for; its tables stay as they are."""
    _rows(url, _PRETENCE)


@contextmanager
def distributed(coordinator: URL) -> Iterator[URL]:
    """A new database on all nodes of the cluster with kpidash's tables distributed, dropped at the end."""
    name = f"kpidash_test_{uuid4().hex}"
    workers = [coordinator.set(host=host, port=port) for host, port in _rows(coordinator, _NODES)]
    url = coordinator.set(database=name)
    with psycopg.connect(coordinator.render_as_string(hide_password=False)) as waiting:
        # Citus copies all roles to a node that is added, which two cannot do at once.
        waiting.execute("SELECT pg_advisory_lock(1)")
        _make(url, workers)
    _distribute(url)
    yield url
    for node in (coordinator, *workers):
        _rows(node, f"DROP DATABASE {name} WITH (FORCE)")


def _distribute(url: URL) -> None:
    database = Database(url.render_as_string(hide_password=False))
    database.upgrade(distributed=True)
    database.dispose()


def _make(url: URL, workers: list[URL]) -> None:
    for node in (url, *(worker.set(database=url.database) for worker in workers)):
        _rows(node.set(database="postgres"), f"CREATE DATABASE {url.database}")
        _rows(node, "CREATE EXTENSION citus")
    _rows(url, f"SELECT citus_set_coordinator_host('{url.host}', {url.port or 5432})")
    for worker in workers:
        _rows(url, f"SELECT citus_add_node('{worker.host}', {worker.port})")


def _rows(url: URL, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
