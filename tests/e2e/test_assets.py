"""Scripts and styles as they travel: compressed where the browser takes it, and the same when unpacked."""

import gzip
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

import brotli
import pytest

from kpidash.ui import assets, elements
from tests.e2e.conftest import Visit
from tests.e2e.every_screen import SCREENS, look

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


def test_a_run_carries_what_it_says_and_none_of_our_scripts_and_styles(visit: Visit):
    frames: list[bytes] = []
    own: list[str] = []

    def received(frame: bytes) -> None:
        frames.append(frame)

    visit.page.on("websocket", lambda line: line.on("framereceived", received))
    visit.page.on("response", lambda answer: own.append(answer.url) if "/static/own/" in answer.url else None)
    look(visit, SCREENS["company"])
    assert sum(map(len, frames)) < 150_000
    assert not any(b"--text-7" in frame or b"querySelector" in frame for frame in frames)
    assert len(own) == len(set(own)) > 0


def test_our_own_scripts_may_be_kept_for_good(server):
    address = assets.publish("sample.js", "export default 1;\n")
    assert address == assets.publish("sample.js", "export default 1;\n")
    assert address != assets.publish("sample.js", "export default 2;\n")
    assert elements  # publishes the view
    name = next(name for name in assets.published() if name.startswith("own/view."))
    status, headers, content = asked(server, assets.PREFIX + name, **{"Accept-Encoding": "br"})
    assert (status, headers["content-encoding"]) == (200, "br")
    assert brotli.decompress(content) == assets.compressed(name, None)
    assert asked(server, assets.PREFIX + name, **{"Accept-Encoding": ""})[2] == assets.compressed(name, None)
