"""The application itself, as a process of its own, with a provider to sign in at."""

import os
import subprocess
import sys
import time

import httpx2
import pytest

from kpidash.settings import ROOT
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.visiting import Browser


@pytest.fixture
def process(database, environment, app_port, tmp_path):
    """The address of the application, once it answers."""
    given = os.environ | environment | BY_CLAIM | {"KPIDASH_DATABASE_URL": database.address}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(app_port),
               "--server.address", "127.0.0.1"]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT)
    address, until = environment["KPIDASH_URL"], time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        try:
            if httpx2.get(f"{address}/healthz", trust_env=False).status_code == 200:
                break
        except httpx2.HTTPError:
            time.sleep(0.2)
    yield address
    running.terminate()
    running.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_the_application_lets_in_whoever_the_provider_answers_for(process):
    with Browser(process) as browser:
        first = browser.get("/upload")
        assert (first.status_code, first.headers["location"]) == (303, "/sign-in?next=%2Fupload")
        page = browser.get(first.headers["location"])
        assert "Continue with Meridian" in page.text
        style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert browser.get(style).headers["content-type"].startswith("text/css")
        assert browser.sign_in("asha", "/sign-in/oidc?next=/upload").headers["location"] == "/upload"
        assert "<title>kpidash</title>" in browser.get("/upload").text
        assert browser.get("/sign-in").headers["location"] == "/"
        assert browser.post("/sign-out").status_code == 200
        assert browser.get("/upload").status_code == 303
