"""What Prometheus reads: few labels, whatever is asked for."""

import pytest

from kpidash.api.measures import route_of

PAGES = frozenset({"", "kpi", "healthz"})


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/kpi", "/kpi"),
        ("/healthz", "/healthz"),
        ("/kpi/else", "other"),
        ("/static/js/index.123.js", "/static/"),
        ("/_stcore/upload_file/a/b", "/_stcore/"),
        ("/api/v1/kpis/sales-revenue", "/api/"),
        ("/wp-login.php", "other"),
        ("/../../etc/passwd", "other"),
        ("", "/"),
    ],
)
def test_an_address_counts_as_its_route(path: str, route: str):
    assert route_of(path, PAGES) == route
