"""Log lines as text or JSON, with the id of the request that they belong to."""

import json
import logging

import pytest

from kpidash.services import tracing


@pytest.fixture(autouse=True)
def loggers():
    """What a process has set up is put back after each test."""
    root, own = logging.getLogger(), logging.getLogger("kpidash")
    before = root.handlers, own.level
    yield
    root.handlers = before[0]
    own.setLevel(before[1])


def test_a_line_of_json_has_its_time_level_and_request(capsys):
    tracing.configure("json")
    with tracing.traced("0123456789abcdef"):
        logging.getLogger("kpidash.api").info("request", extra={"route": "/kpi", "ms": 12.5})
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO", "logger": "kpidash.api", "message": "request", "request_id": "0123456789abcdef",
        "route": "/kpi", "ms": 12.5,
    }  # fmt: skip


def test_an_exception_stays_in_its_line(capsys):
    tracing.configure("json")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("kpidash.ui").exception("screen failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: broken" in json.loads(line)["exc_info"]


def test_text_says_no_more_than_warnings(capsys):
    tracing.configure("text")
    logging.getLogger("kpidash.api").info("request")
    logging.getLogger("kpidash.api").warning("not ready: no schema")
    assert capsys.readouterr().err.endswith("WARNING kpidash.api  not ready: no schema\n")


def test_the_log_is_set_up_once_however_often_one_asks(capsys):
    for _ in range(3):
        tracing.configure("text")
    logging.getLogger("kpidash").warning("once")
    assert capsys.readouterr().err.count("once") == 1


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/link/Zm9vYmFyYmF6cXV4", "/link/…"),
        ("/sign-in/oidc/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0", "/sign-in/oidc/callback?…"),
        ("/kpi", "/kpi"),
    ],
)
def test_no_secret_in_an_address_comes_into_the_log_of_the_server(caplog, address, written):
    tracing.configure("text")
    log = logging.getLogger("uvicorn.access")
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", address, "1.1", 200)
    assert caplog.messages == [f'127.0.0.1:5 - "GET {written} HTTP/1.1" 200']
