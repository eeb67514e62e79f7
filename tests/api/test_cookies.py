"""The cookie of a session: out of reach of scripts, of this host alone, and never a choice between two."""

from starlette.datastructures import Headers
from starlette.responses import Response

from kpidash.api import cookies

TOKEN = "A" * 43


def test_over_https_the_cookie_is_bound_to_the_host_and_to_encryption():
    answer = Response()
    cookies.give(answer, TOKEN, https=True)
    sent = answer.headers["set-cookie"]
    assert sent.startswith(f"__Host-kpidash={TOKEN};")
    parts = {part.strip().casefold() for part in sent.split(";")}
    assert {"httponly", "path=/", "samesite=lax", "secure"} <= parts
    assert not [part for part in parts if part.startswith(("domain", "max-age", "expires"))]


def test_over_plain_http_it_has_another_name():
    answer = Response()
    cookies.give(answer, TOKEN, https=False)
    assert answer.headers["set-cookie"].startswith(f"kpidash={TOKEN};")
    assert "secure" not in answer.headers["set-cookie"].casefold()


def test_it_is_taken_away_as_it_was_given():
    answer = Response()
    cookies.take_away(answer, https=True)
    sent = answer.headers["set-cookie"].casefold()
    assert sent.startswith('__host-kpidash="";')
    assert "max-age=0" in sent
    assert "secure" in sent


def test_a_token_is_read_where_there_is_just_one():
    def read(*lines: str) -> str | None:
        return cookies.read(Headers(raw=[(b"cookie", line.encode()) for line in lines]), https=False)

    assert read(f"a=b; kpidash={TOKEN}") == TOKEN
    assert read("a=b", f"kpidash={TOKEN}") == TOKEN
    assert read(f"kpidash={TOKEN}; kpidash={TOKEN}") == TOKEN
    two = f"kpidash={'B' * 43}; kpidash={TOKEN}"
    odd = (f"kpidash={TOKEN}%20", f"Kpidash={TOKEN}", f"xkpidash={TOKEN}", f"kpidash={'x' * 129}")
    for none in ("", "kpidash=", two, "kpidash=short", f'kpidash="{TOKEN}"', *odd):
        assert read(none) is None
