"""A running server in numbers."""

from tests.e2e.conftest import Visit
from tests.e2e.test_assets import asked


def test_requests_screens_and_the_state_of_the_data_are_told(visit: Visit, server: str):
    visit.open("/")
    asked(server, "/no/such/thing")
    status, headers, content = asked(server, "/metrics")
    text = content.decode()
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    assert 'kpidash_requests_total{method="GET",route="/",status="200"}' in text
    assert 'kpidash_request_seconds_bucket{le="0.5",route="/"}' in text
    assert "such" not in text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values["kpidash_open_screens"]) >= 1
    assert float(values["kpidash_database_up"]) == 1
    assert float(values["kpidash_data_revision"]) > 0
    assert float(values["kpidash_data_changed_timestamp_seconds"]) > 1.7e9


def test_every_answer_has_an_id_and_only_a_plain_one_of_the_caller_is_taken(server: str):
    assert asked(server, "/healthz", **{"X-Request-ID": "caller-0001"})[1]["x-request-id"] == "caller-0001"
    for wrong in ("short", "a" * 65, "has spaces in it", "<script>alert(1)</script>"):
        given = asked(server, "/healthz", **{"X-Request-ID": wrong})[1]["x-request-id"]
        assert given != wrong
        assert len(given) == 32
