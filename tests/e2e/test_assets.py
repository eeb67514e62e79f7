"""Scripts and styles as they travel: compressed where the browser takes it, and the same when unpacked."""

import gzip
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

import brotli
import pytest

from kpidash.ui import assets

SCRIPT = next(path for path in sorted((assets.FOLDER / "js").glob("index.*.js")))
ADDRESS = f"/static/js/{SCRIPT.name}"


def asked(server: str, address: str, method: str = "GET", **headers: str) -> tuple[int, HTTPMessage, bytes]:
    """Status, headers and bytes as they travel."""
    connection = HTTPConnection(urlsplit(server).netloc, timeout=20)
    connection.request(method, address, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("", None, bytes),
        ("zstd", None, bytes),
    ],
)
def test_a_script_travels_in_the_best_encoding_and_unpacks_to_itself(server, accepts, encoding, unpack):
    status, headers, content = asked(server, ADDRESS, **{"Accept-Encoding": accepts})
    assert (status, headers["content-encoding"]) == (200, encoding)
    assert unpack(content) == SCRIPT.read_bytes()
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"


def test_a_browser_that_has_it_already_is_told_so(server):
    _, headers, _ = asked(server, ADDRESS, **{"Accept-Encoding": "br"})
    again = {"Accept-Encoding": "br", "If-None-Match": headers["etag"]}
    status, _, content = asked(server, ADDRESS, **again)
    assert (status, content) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_file_itself(server):
    status, _, content = asked(server, ADDRESS, **{"Accept-Encoding": "br", "Range": "bytes=10-19"})
    assert (status, content) == (206, SCRIPT.read_bytes()[10:20])


def test_a_head_tells_the_same_without_the_content(server):
    status, headers, content = asked(server, ADDRESS, "HEAD", **{"Accept-Encoding": "br"})
    assert (status, headers["content-encoding"], content) == (200, "br", b"")


@pytest.mark.parametrize(
    "name", ["nothing.js", "../index.html", "js/%2e%2e/%2e%2e/index.html", "/etc/passwd", "js"]
)
def test_what_is_no_file_of_the_folder_is_nowhere(server, name):
    status, _, _ = asked(server, f"/static/{name}")
    assert status in (400, 404)
