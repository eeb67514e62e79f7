"""Addresses that could be read in two ways, other hosts, other sites, claims, and what is too large."""

import pytest

from kpidash.api.places import inside
from tests.api.asking import ask, connect
from tests.api.conftest import OWN, Guarded, cookie, guard, settings

HOME = "https://kpi.example.com"
TRICKS = [
    "//kpi", "//healthz", "/healthz/..", "/static/../kpi", "/static/..%2fkpi", "/static/%2e%2e/kpi",
    "/static/%2E%2E%2Fkpi", "/static/%252e%252e/kpi", "/static/..;/kpi", "/static/.;/kpi", "/static/x;y",
    "/static/%5c..%5ckpi", "/static/\\..\\kpi", "/healthz%00", "/static/%0d%0aX: y", "/static/./x",
    "/static/.hidden", "/static/x.", "/static/x./y", "/static//x", "/./healthz", "/%2fhealthz", "/static%2fx",
    "http://kpi.example.com/healthz", "*", "healthz", "", "/static/%ff", "/link/../kpi", "/sign-in/..%2f",
]  # fmt: skip
NOT_OPEN = ["/HEALTHZ", "/Static/x", "/STATIC/x", "/healthz/", "/readyz/x", "/sign-inx", "/sign-outx",
            "/linkx",
            "/static", "/app", "/app/x", "/favicon.png/x", "/_stcore", "/_stcore/stream/x", "/metricsx",
            "/healthz%20", "/k%70i", "/kpi/%C3%A9"]  # fmt: skip


@pytest.mark.parametrize("address", TRICKS)
def test_an_address_that_can_be_read_in_two_ways_is_refused(guarded: Guarded, address: str):
    for headers in ([], [cookie(guarded.asha)]):
        assert ask(guarded.gate, address, headers=headers).status == 400
    assert connect(guarded.gate, address, headers=[OWN, cookie(guarded.asha)]) == [1008]
    assert guarded.inner.reached == []


@pytest.mark.parametrize("address", NOT_OPEN)
def test_nothing_that_only_looks_like_an_open_address_is_one(guarded: Guarded, address: str):
    assert ask(guarded.gate, address).status in {303, 401}
    assert guarded.inner.reached == []


@pytest.mark.parametrize(
    "host", ["evil.example", "kpi.example.com.evil.example", "kpi.example.com:8443", "127.0.0.1", "", None,
             "evil.example@kpi.example.com", "kpi.example.com/", "kpi.example.com evil"]
)  # fmt: skip
def test_another_host_is_refused(guarded: Guarded, host: str | None):
    assert ask(guarded.gate, "/", host=host, headers=[cookie(guarded.asha)]).status == 400
    assert connect(guarded.gate, host=host, headers=[OWN, cookie(guarded.asha)]) == [1008]


def test_the_own_host_may_be_written_in_each_way_and_once(guarded: Guarded):
    for host in ("kpi.example.com", "KPI.example.com", "kpi.example.com:443"):
        assert ask(guarded.gate, "/", host=host, headers=[cookie(guarded.asha)]).status == 200
    twice = [cookie(guarded.asha), ("host", "kpi.example.com")]
    assert ask(guarded.gate, "/", headers=twice).status == 400
    assert ask(guarded.gate, "/healthz", host="10.0.0.5:8501").status == 200, (
        "a load balancer asks by address"
    )


@pytest.mark.parametrize(
    "sent",
    [
        [("origin", "https://evil.example")],
        [("origin", "http://kpi.example.com")],
        [("origin", "https://kpi.example.com:8443")],
        [("origin", "null")],
        [],
        [OWN, ("sec-fetch-site", "cross-site")],
        [OWN, ("sec-fetch-site", "same-site")],
        [("sec-fetch-site", "none")],
    ],
)
def test_no_other_site_posts_or_opens_a_websocket(guarded: Guarded, sent):
    headers = [*sent, cookie(guarded.asha)]
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        assert ask(guarded.gate, "/sign-out", method=method, headers=headers).status == 403
    assert connect(guarded.gate, headers=headers) == [1008]
    assert guarded.inner.reached == []


def test_a_form_of_a_page_that_sends_no_referrer_is_known_by_its_site(guarded: Guarded):
    sent = [("origin", "null"), ("sec-fetch-site", "same-origin"), cookie(guarded.asha)]
    assert ask(guarded.gate, "/sign-out", method="POST", headers=sent).status == 200
    assert connect(guarded.gate, headers=sent) == [1008]


def test_links_from_elsewhere_open_pages_and_nothing_else(guarded: Guarded):
    link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), cookie(guarded.asha)]
    assert ask(guarded.gate, "/kpi?code=sales", headers=link).status == 200
    assert ask(guarded.gate, "/api/v1/kpis", headers=link).status == 403
    taken = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), cookie(guarded.asha)]
    for address in ("/kpi", f"/media/{guarded.asha.id}", "/_stcore/host-config", "/export"):
        assert ask(guarded.gate, address, headers=taken).status == 403


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
                "javascript:x",
                "/\t/evil.example", "/ /evil", "evil", "", None, "/sign-in?next=/", "/sign-out", "/link/x",
                "/media/x", "/api/v1/kpis", "/static/x.js", "/a\r\nX: y"]
)  # fmt: skip
def test_after_the_sign_in_nobody_is_led_elsewhere(address):
    assert inside(address) == "/"


@pytest.mark.parametrize(
    "address", ["/", "/kpi?code=sales&window=quarter", "/tv", "/kpi?x=https://y.example/"]
)
def test_after_the_sign_in_the_page_that_was_asked_for_comes(address):
    assert inside(address) == address


def test_nobody_says_who_they_are_by_a_header(guarded: Guarded):
    forged = [("X-Kpidash-Session", guarded.dev.id), ("X_Kpidash_Session", guarded.dev.id),
              ("x-kpidash-user", "root"), ("X-Forwarded-User", "root"), ("X-Remote-User", "root"),
              ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("Remote-User", "root"),
              ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-For", "127.0.0.1")]  # fmt: skip
    assert ask(guarded.gate, "/", headers=forged).status == 303
    assert connect(guarded.gate, headers=[OWN, *forged]) == [1008]
    assert ask(guarded.gate, "/", headers=[*forged, cookie(guarded.asha)]).status == 200
    names = [name for name in guarded.inner.headers if name.startswith(("x", "forw", "remote"))]
    assert names == ["x-kpidash-session"]
    assert guarded.inner.headers["x-kpidash-session"] == guarded.asha.id


def test_screens_never_see_the_token(guarded: Guarded):
    name, value = cookie(guarded.asha)
    sent = [OWN, (name, f"_streamlit_xsrf=2|a; {value}"), (name, "other=1")]
    assert connect(guarded.gate, headers=sent, says=[b"x"]) == ["accept", "send"]
    assert guarded.inner.headers["cookie"] == "_streamlit_xsrf=2|a; other=1"


def test_a_proxy_is_believed_where_a_request_comes_from_and_nobody_else_is(guarded: Guarded):
    found = settings(KPIDASH_PROXIES="127.0.0.1,10.1.0.0/16")
    gate, inner = guard(guarded.database, found)

    def seen(client: str, *named: str, port: int = 5000) -> str:
        sent = [("X-Forwarded-For", one) for one in named]
        ask(gate, "/sign-in", client=(client, port), headers=sent)
        return str(inner.reached[-1]["client"][0])

    assert seen("127.0.0.1", "203.0.113.9") == "203.0.113.9"
    assert seen("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.1.2.3") == "203.0.113.9"
    assert seen("10.1.9.9", "203.0.113.9") == "203.0.113.9"
    assert seen("203.0.113.9", "127.0.0.1") == "203.0.113.9"
    assert seen("127.0.0.1", "203.0.113.9:4711") == "203.0.113.9"
    assert seen("127.0.0.1", "[2001:db8::9]:4711") == "2001:db8::9"
    assert seen("127.0.0.1", "2001:db8::9, 10.1.2.3:80") == "2001:db8::9"
    assert seen("203.0.113.9", "127.0.0.1", port=0) == "203.0.113.9"
    assert seen("127.0.0.1", "nonsense") == "nonsense"
    assert seen("127.0.0.1") == "127.0.0.1"


def test_a_plain_line_behind_a_proxy_is_led_to_the_encrypted_one(guarded: Guarded):
    plain = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http")]
    answer = ask(guarded.gate, "/kpi?code=a", headers=plain)
    assert (answer.status, answer.headers["location"]) == (308, f"{HOME}/kpi?code=a")
    assert ask(guarded.gate, "/sign-in", method="POST", headers=[OWN, *plain]).status == 403
    fine = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]
    assert ask(guarded.gate, "/sign-in", headers=fine).status == 200
    assert guarded.inner.reached[-1]["scheme"] == "https"


def test_figures_are_for_this_machine_alone(guarded: Guarded):
    assert ask(guarded.gate, "/metrics").status == 200
    assert ask(guarded.gate, "/metrics", client=("203.0.113.9", 5)).status == 404
    assert ask(guarded.gate, "/metrics", headers=[("X-Forwarded-For", "203.0.113.9")]).status == 404
    assert ask(guarded.gate, "/metrics", headers=[("X-Forwarded-For", "127.0.0.1")]).status == 404


@pytest.mark.parametrize(
    ("address", "most"), [("/sign-in", 64 * 1024), ("/kpi", 64 * 1024), ("UPLOAD", 3_000_000 + 1024 * 1024)]
)
def test_what_is_too_large_is_refused_by_its_size_and_not_by_what_it_says(guarded: Guarded, address, most):
    gate, inner = guard(guarded.database, settings(KPIDASH_MAX_UPLOAD_MB="3"))
    upload = f"/_stcore/upload_file/{guarded.asha.id}/f"
    asked = {"method": "PUT", "headers": [OWN, cookie(guarded.asha)]}
    where = upload if address == "UPLOAD" else address
    part = most // 4
    assert ask(gate, where, chunks=[b"x" * part] * 4, **asked).status == 200
    assert inner.bodies == [part * 4]
    assert ask(gate, where, chunks=[b"x" * part] * 4 + [b"xxxx"] * 2, **asked).status == 413
    said = {**asked, "headers": [*asked["headers"], ("content-length", str(most + 1))]}
    assert ask(gate, where, chunks=[b""], **said).status == 413
    less = {**asked, "headers": [*asked["headers"], ("content-length", "5")]}
    assert ask(gate, where, chunks=[b"x" * part] * 5, **less).status == 413
    for wrong in ("-1", "x", "1e3", "٣"):
        odd = {**asked, "headers": [*asked["headers"], ("content-length", wrong.encode().decode("latin-1"))]}
        assert ask(gate, where, **odd).status == 400
    assert inner.bodies == [part * 4]


def test_every_answer_tells_browsers_what_to_heed(guarded: Guarded):
    refused = (
        ask(guarded.gate, "/media/x"),
        ask(guarded.gate, "/static/.."),
        ask(guarded.gate, "/", host="evil"),
    )
    for answer in (
        *refused,
        ask(guarded.gate, "/sign-in"),
        ask(guarded.gate, "/", headers=[cookie(guarded.asha)]),
    ):
        sent = answer.headers
        assert "frame-ancestors 'none'" in sent["content-security-policy"]
        assert "default-src 'none'" in sent["content-security-policy"]
        script = next(
            one for one in sent["content-security-policy"].split("; ") if one.startswith("script-src")
        )
        assert "unsafe" not in script
        assert "*" not in sent["content-security-policy"]
        assert sent["strict-transport-security"] == "max-age=31536000"
        assert sent["x-content-type-options"] == "nosniff"
        assert sent["cross-origin-opener-policy"] == "same-origin"
        assert sent["cross-origin-resource-policy"] == "same-origin"
        assert sent["referrer-policy"] == "same-origin"
        assert "camera=()" in sent["permissions-policy"]
        assert "access-control-allow-origin" not in sent
    page = ask(guarded.gate, "/", headers=[cookie(guarded.asha)])
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["set-cookie"] == "a=b; Secure"


def test_over_plain_http_nothing_is_said_of_encryption(guarded: Guarded):
    gate, _ = guard(guarded.database, settings(url="http://localhost:8501"))
    answer = ask(gate, "/sign-in", host="localhost:8501")
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["set-cookie"] == "a=b"


class TestDemo:
    """In the demo everybody is whoever they choose, so only this machine is answered."""

    @pytest.fixture
    def demo(self, guarded: Guarded):
        return guard(guarded.database, settings("demo", None))[0]

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", None])
    def test_this_machine_is_let_in(self, demo, address):
        client = address and (address, 5)
        assert ask(demo, "/", client=client, host="localhost:8501").status == 200
        assert connect(demo, client=client, host="127.0.0.1:8501", says=[b"x"]) == ["accept", "send"]

    @pytest.mark.parametrize(
        "address", ["192.168.1.7", "10.0.0.1", "::ffff:192.168.1.7", "2001:db8::1", "odd"]
    )
    def test_other_machines_are_refused_also_behind_a_proxy(self, demo, address):
        assert ask(demo, "/", client=(address, 5), host="localhost").status == 403
        assert ask(demo, "/healthz", client=(address, 5), host="localhost").status == 403
        assert connect(demo, client=(address, 5), host="localhost") == [1008]
        named = [("X-Forwarded-For", address)]
        assert ask(demo, "/", headers=named, host="localhost").status == 403

    @pytest.mark.parametrize(
        "name", ["Forwarded", "X-Real-IP", "X-Forwarded-Proto", "Via", "CF-Connecting-IP"]
    )
    def test_a_proxy_that_does_not_say_for_whom_it_asks_is_refused(self, demo, name):
        sent = [(name, "192.0.2.7")]
        assert ask(demo, "/", headers=sent, host="localhost").status == 403
        assert connect(demo, headers=sent, host="localhost") == [1008]

    @pytest.mark.parametrize(
        "host", ["evil.example", "localhost.evil.example", "192.168.1.7:8501", "127.0.0.1.x"]
    )
    def test_a_name_that_was_bent_to_this_machine_is_refused(self, demo, host):
        assert ask(demo, "/", host=host).status == 400
        assert connect(demo, host=host) == [1008]

    def test_another_site_in_the_same_browser_is_refused(self, demo):
        for origin in ("http://evil.example", "http://localhost:9999", "null"):
            sent = [("origin", origin)]
            assert connect(demo, host="localhost:8501", headers=sent) == [1008]
            assert ask(demo, "/", method="POST", host="localhost:8501", headers=sent).status == 403
        own = [("origin", "http://localhost:8501")]
        assert connect(demo, host="localhost:8501", headers=own, says=[b"x"]) == ["accept", "send"]
