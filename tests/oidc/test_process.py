"""The application itself, as a process of its own, with a provider to sign in at."""

import os
import subprocess
import sys
import time

import httpx2
import pytest
from playwright.sync_api import expect

from kpidash.domain.access import system_scope
from kpidash.services import people
from kpidash.settings import ROOT
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.provider import PASSWORD
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


@pytest.mark.e2e
def test_a_browser_follows_forms_to_the_provider_and_back(process, database, provider, browser):
    """Its rules for where forms may lead are its own: they are not those of an HTTP client."""
    token = people.add(database, system_scope("root"), "guest@example.com", name="A guest").token
    with browser.new_context() as context:
        page = context.new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{process}/link/{token}")
        page.get_by_role("button", name="Continue with Meridian").click()
        page.locator("input[name=login]").fill("dev")
        page.keyboard.press("Enter")
        page.locator("input[name=password]").fill(PASSWORD)
        with page.expect_response(
            lambda answer: answer.url.startswith(f"{process}/sign-in/oidc/callback")
        ) as back:
            page.keyboard.press("Enter")
        assert back.value.status == 303
        assert back.value.headers["location"] == "/"
        page.goto(f"{process}/sign-out")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{provider.issuer}/oauth/end_session**")
        page.goto(f"{process}/sign-in")
        expect(page.get_by_role("link", name="Continue with Meridian")).to_be_visible()
        assert not [one for one in complaints if "Content Security Policy" in one and process in one]
