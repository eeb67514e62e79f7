"""What a load balancer learns: whether the process can serve, and of the data nothing."""

from kpidash.api.probes import readiness
from kpidash.services.database import open_database
from kpidash.services.watching import Watcher


def test_a_process_with_its_database_is_ready(database):
    found = readiness(lambda: Watcher(database))
    assert found == {"status": "ready", "database": "ok", "schema": "ok", "listener": "looking"}


def test_a_database_without_the_schema_is_not_ready(blank_url):
    blank = open_database(str(blank_url))
    found = readiness(lambda: Watcher(blank))
    blank.dispose()
    assert (found["status"], found["schema"]) == ("not ready", "missing or of another version")


def test_a_server_that_does_not_answer_is_told_without_its_address():
    found = readiness(lambda: Watcher(open_database("postgresql://user:secret@localhost:1/company")))
    assert found == {
        "status": "not ready", "database": "does not answer", "schema": "not known", "listener": "not known",
    }  # fmt: skip
