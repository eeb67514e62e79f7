"""deploy/nginx/kpidash.conf in front of two app processes over one PostgreSQL, one of which is killed."""

import gzip
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import URL

from kpidash.ui import assets
from tests.conftest import made
from tests.e2e.browser import find_nginx
from tests.e2e.conftest import ROOT, Visit

SHIPPED = ROOT / "deploy" / "nginx" / "kpidash.conf"
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/kpidash.conf;
}}
"""


@dataclass
class Service:
    """Two app processes and what stands in front of them."""

    url: str
    folder: Path
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]]

    @property
    def base(self) -> str:
        """Where people go."""
        return f"http://127.0.0.1:{self.ports['nginx']}"

    def start(self, seat: str) -> None:
        """Start an app process and wait until it is ready."""
        environment = os.environ | {"KPIDASH_DATABASE_URL": self.url}
        command = [sys.executable, "-m", "kpidash", "serve", "--port", str(self.ports[seat])]
        with (self.folder / f"{seat}.log").open("ab") as log:
            self.processes[seat] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        until(lambda: asked(self.ports[seat], "/readyz")[0] == 200)

    def kill(self, seat: str) -> None:
        """As a crash would."""
        self.processes[seat].send_signal(signal.SIGKILL)
        self.processes[seat].wait()


def until(holds, seconds=30):
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come to be so")


def asked(port, path, cookie=""):
    """Status and headers of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def seat_of(headers):
    """The process that a cookie names."""
    found = re.match(r"kpidash_seat=(\w+);", headers.get("Set-Cookie", ""))
    return found and found[1]


@contextmanager
def fronted(ports: dict[str, int], folder: Path) -> Iterator[None]:
    """nginx with the file that is shipped, on other ports."""
    text = SHIPPED.read_text(encoding="utf-8")
    for shipped, name in (("8501", "a"), ("8502", "b"), ("8080", "nginx")):
        text = text.replace(shipped, str(ports[name]))
    text = text.replace("/var/cache/kpidash-static", f"{folder}/static")
    (folder / "kpidash.conf").write_text(text, encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + AROUND.format(folder=folder), encoding="utf-8")
    nginx = find_nginx()
    assert nginx, "nginx is missing: python -m tests.e2e.browser installs it"
    process = subprocess.Popen([nginx, "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def service(postgresql_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service with the demo company."""
    folder = tmp_path_factory.mktemp("deploy")
    ports = {name: free_port() for name in ("a", "b", "nginx")}
    with made(postgresql_server) as url:
        subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, "demo"], check=True, cwd=ROOT)
        found = Service(url, folder, ports, {})
        try:
            for seat in ("a", "b"):
                found.start(seat)
            with fronted(ports, folder):
                until(lambda: asked(ports["nginx"], "/healthz")[0] == 200)
                yield found
        finally:
            for process in found.processes.values():
                process.kill()
                process.wait()


def test_visitors_are_spread_and_stay_where_they_are(service: Service):
    seats = [seat_of(asked(service.ports["nginx"], "/healthz")[1]) for _ in range(8)]
    assert set(seats) == {"a", "b"}
    for seat in ("a", "b"):
        status, headers = asked(service.ports["nginx"], "/healthz", cookie=f"kpidash_seat={seat}")
        assert status == 200
        assert seat_of(headers) is None, "nobody needs a new cookie who has the right one"


def test_an_invented_seat_is_answered_and_replaced(service: Service):
    status, headers = asked(service.ports["nginx"], "/healthz", cookie="kpidash_seat=../../etc")
    assert status == 200
    assert seat_of(headers) in {"a", "b"}


def test_figures_for_those_who_run_the_service_stay_inside(service: Service):
    assert asked(service.ports["nginx"], "/metrics")[0] == 404
    assert asked(service.ports["a"], "/metrics")[0] == 200


def test_the_demo_behind_nginx_answers_its_own_machine_alone(service: Service):
    for address, status in (("127.0.0.1", 200), ("10.0.0.9", 403)):
        connection = http.client.HTTPConnection("127.0.0.1", service.ports["a"], timeout=10)
        connection.request("GET", "/healthz", headers={"X-Forwarded-For": address})
        assert connection.getresponse().status == status
        connection.close()


def a_script(service: Service) -> str:
    """The address of the script that the app begins with."""
    connection = http.client.HTTPConnection("127.0.0.1", service.ports["nginx"], timeout=10)
    connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
    page = connection.getresponse()
    text = gzip.decompress(page.read()) if page.headers["Content-Encoding"] == "gzip" else page.read()
    connection.close()
    script = re.search(rb'src="\.?(/static/js/[^"]+\.js)"', text)
    assert script, text[:500]
    return script[1].decode()


def files_sent(service: Service) -> int:
    """Files that both processes have sent so far."""
    found = 0
    for seat in ("a", "b"):
        with urllib.request.urlopen(f"http://127.0.0.1:{service.ports[seat]}/metrics", timeout=10) as answer:
            told = re.findall(r'requests_total{.*route="/static/".*} (\S+)', answer.read().decode())
        found += sum(int(float(one)) for one in told)
    return found


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("br;q=0.0, brotli, xgzip", None, bytes),
        ("", None, bytes),
    ],
)
def test_scripts_and_styles_come_compressed_may_be_kept_and_are_kept(service, accepts, encoding, unpack):
    address, connection = a_script(service), http.client.HTTPConnection("127.0.0.1", service.ports["nginx"])
    answers, sent = [], []
    for _ in range(3):
        connection.request("GET", f"{address}?{len(sent)}", headers={"Accept-Encoding": accepts})
        answer = connection.getresponse()
        answers.append((answer.read(), answer.headers))
        sent.append(files_sent(service))
    connection.close()
    for content, headers in answers:
        assert headers["Content-Encoding"] == encoding
        assert unpack(content) == (assets.FOLDER / address.removeprefix(assets.PREFIX)).read_bytes()
        assert "immutable" in headers["Cache-Control"]
        assert headers["Vary"] == "Accept-Encoding"
    assert sent[0] == sent[1] == sent[2], "the app sent it once, if it had not before"
    numbers = [headers.get_all("X-Request-ID") for _, headers in answers]
    assert len({tuple(one) for one in numbers}) == 3, "each answer has an id of its own"
    assert all(len(one) == 1 for one in numbers)


def test_what_is_no_file_is_not_kept(service: Service):
    before = files_sent(service)
    for _ in range(2):
        assert asked(service.ports["nginx"], "/static/js/nothing.js")[0] == 404
    assert files_sent(service) == before + 2


def test_a_killed_process_moves_its_people_to_the_other(service: Service, browser: Browser, tmp_path: Path):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), service.base)
    page = visit.page
    visit.open("/department?code=sales&window=quarter")
    seat = next(one["value"] for one in context.cookies() if one["name"] == "kpidash_seat")
    other = {"a": "b", "b": "a"}[seat]
    page.evaluate("window.loads = (window.loads ?? 0) + 1")

    service.kill(seat)
    statuses = [asked(service.ports["nginx"], "/")[0] for _ in range(6)]
    assert statuses == [200] * 6, "new visitors see no error"
    until(lambda: any(one["value"] == other for one in context.cookies() if one["name"] == "kpidash_seat"))

    page.locator(".side a", has_text="Scorecard").first.click()
    visit.title("How does every KPI stand?")
    assert "window=quarter" in page.url, "what is looked at stands in the address"
    assert page.evaluate("window.loads") in {1, None}, "at most one reload"

    service.start(seat)
    file = tmp_path / "sales.csv"
    file.write_text("kpi,period,value,region\nsales-revenue,2026-09-14,1234567,North\n", encoding="utf-8")
    visit.look_as("Divya Menon")
    page.locator(".side a", has_text="Upload").first.click()
    visit.title("What would this file change?")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Commit 1 value").click()
    expect(page.locator(".outcome h2", has_text="Committed: 1 value")).to_be_visible()
    context.close()
    until(lambda: seat_of(asked(service.ports["nginx"], "/healthz")[1]) == seat)
