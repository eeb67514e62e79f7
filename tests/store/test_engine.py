"""Transactions, the revision, the schema, and what people are told when a database cannot be used."""

import sqlite3
import threading

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from kpidash.store import audit, uploads
from kpidash.store.engine import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.store.tables import metadata, user
from tests.store import samples


def add_user(connection, email):
    connection.execute(insert(user).values(email=email, name="somebody"))


def emails(database):
    with database.read() as connection:
        return set(connection.execute(select(user.c.email)).scalars())


def test_every_writing_transaction_raises_the_revision_once(database):
    before = database.revision()
    with database.write() as connection:
        add_user(connection, "a@example.com")
        add_user(connection, "b@example.com")
    assert database.revision() == before + 1


def test_a_transaction_that_writes_nothing_leaves_the_revision(database):
    before = database.revision()
    with database.write() as connection:
        connection.execute(select(user)).fetchall()
    with database.write() as connection:
        connection.execute(update(user).where(user.c.id == 99).values(name="nobody"))
    assert database.revision() == before


def test_an_exception_drops_everything_that_the_transaction_did(database):
    before = database.revision()

    def fail():
        with database.write() as connection:
            add_user(connection, "a@example.com")
            raise KeyError("broken")

    with pytest.raises(KeyError):
        fail()
    assert emails(database) == set()
    assert database.revision() == before


def test_a_reading_transaction_cannot_write(database):
    with pytest.raises((DBAPIError, DatabaseUnavailable)), database.read() as connection:
        add_user(connection, "a@example.com")
    assert emails(database) == set()


def test_a_reading_transaction_sees_one_state_throughout(database):
    with database.read() as connection:
        assert connection.execute(select(user)).fetchall() == []
        with database.write() as other:
            add_user(other, "a@example.com")
        assert connection.execute(select(user)).fetchall() == []
    assert emails(database) == {"a@example.com"}


def test_uploads_and_audit_entries_carry_the_revision_and_time_of_their_commit(database):
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
        audit.record(connection, audit.Visitor("analyst", ""), action="upload", subject=str(number))
        assert uploads.find(connection, number).committed_at is None
    with database.read() as connection:
        upload, entry = uploads.find(connection, number), audit.recent(connection)[0]
    assert upload.revision == entry.revision == database.revision()
    assert upload.committed_at == entry.at


def test_times_of_commits_never_run_backwards(database):
    for _ in range(20):
        with database.write() as connection:
            uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
    with database.read() as connection:
        times = [upload.committed_at for upload in uploads.recent(connection)]
    assert times == sorted(set(times), reverse=True)


def test_a_sqlite_file_is_kept_as_the_design_says(sqlite_template):
    database = Database(f"sqlite:///{sqlite_template}")
    with database.write() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_upgrade_can_be_repeated_and_changes_nothing(blank_url):
    database = Database(blank_url)
    database.upgrade()
    with database.write() as connection:
        add_user(connection, "a@example.com")
    database.upgrade()
    assert emails(database) == {"a@example.com"}
    database.dispose()


def test_four_that_upgrade_at_once_all_succeed(blank_url):
    databases = [Database(blank_url) for _ in range(4)]
    failures = []

    def upgrade(database):
        try:
            database.upgrade()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [database.revision() for database in databases] == [0, 0, 0, 0]
    for database in databases:
        database.dispose()


def test_migrations_make_the_tables_that_the_code_knows(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_upgrade_works_from_any_folder(blank_url, tmp_path, monkeypatch):
    database = Database(blank_url)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    database.upgrade()
    assert database.revision() == 0
    database.dispose()


def test_a_database_without_a_schema_says_what_to_run(blank_url):
    database = Database(blank_url)
    with pytest.raises(SchemaOutdated, match="run `kpidash init`"):
        database.revision()
    database.dispose()


def test_a_schema_of_a_newer_version_is_left_alone(blank_url):
    database = Database(blank_url)
    database.upgrade()
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'future'"))
    other = Database(blank_url)
    with pytest.raises(SchemaOutdated, match="newer kpidash"):
        other.ready()
    with pytest.raises(SchemaOutdated, match="newer kpidash"):
        other.upgrade()
    other.dispose()
    database.dispose()


def test_reading_where_no_sqlite_file_is_makes_none(tmp_path):
    with pytest.raises(SchemaOutdated, match="there is no database"):
        Database(f"sqlite:///{tmp_path / 'new.db'}").revision()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "not a database URL"),
        ("nonsense", "not a database URL"),
        ("postgresql://u:secret@h:port/d", "not a database URL"),
        ("mysql://u:secret@h/d", "does not know 'mysql' databases"),
        ("sqlite://", "in files"),
        ("sqlite:///:memory:", "in files"),
        ("sqlite:///file:x?mode=memory&uri=true", "in files"),
    ],
)
def test_a_wrong_url_is_refused_with_the_form_of_a_right_one(url, told):
    with pytest.raises(DatabaseUnavailable, match=told) as refused:
        Database(url)
    assert "postgresql://user@host/database" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DatabaseUnavailable, match=r"no folder .*nowhere"):
        Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}").upgrade()


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path):
    (tmp_path / "x.db").write_text("kpi,period,value\n" * 100)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        database.upgrade()
    database.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_unreachable_server_is_named_without_the_password(scheme):
    database = Database(f"{scheme}://somebody:secret@127.0.0.1:1/kpis")
    with pytest.raises(DatabaseUnavailable, match=r"PostgreSQL database kpis on 127\.0\.0\.1") as refused:
        database.revision()
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_database_that_does_not_exist_is_named(postgresql_server):
    url = postgresql_server.set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnavailable, match="no_such_database"):
        Database(url).upgrade()


def test_a_locked_file_says_that_somebody_else_is_writing(sqlite_template, monkeypatch):
    monkeypatch.setattr("kpidash.store.connecting.BUSY_SECONDS", 0.1)
    blocker = sqlite3.connect(sqlite_template, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite:///{sqlite_template}")
    with pytest.raises(DatabaseUnavailable, match="somebody else has been writing"), database.write():
        pass
    blocker.close()
    database.dispose()


def test_a_wrong_statement_is_not_mistaken_for_an_unavailable_database(database):
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))


def test_foreign_keys_hold_among_the_small_tables(database):
    samples.define(database, samples.kpi("calls"))
    from kpidash.store.tables import department

    with pytest.raises(DBAPIError), database.write() as connection:
        connection.execute(delete(department).where(department.c.code == "sales"))
