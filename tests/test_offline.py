"""Nothing connects to the outside while tests run, neither here nor in programs that tests start."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.offline.sitecustomize import NOTES, is_inside

OUTSIDE = "192.0.2.1"  # a documentation address (RFC 5737): nobody is there
ASK = f"import socket; socket.create_connection(('{OUTSIDE}', 9), timeout=1)"


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """A file of its own for attempts that are meant."""
    path = tmp_path / "outbound"
    path.touch()
    monkeypatch.setenv(NOTES, str(path))
    return path


def test_no_test_connects_to_the_outside(noted):
    with pytest.raises(PermissionError, match="do not leave"):
        socket.create_connection((OUTSIDE, 9), timeout=1)
    with pytest.raises(OSError, match="do not leave"):
        urllib.request.urlopen("http://kpidash.example", timeout=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, pytest.raises(PermissionError):
        datagram.sendto(b"", (OUTSIDE, 9))
    assert len(noted.read_text().splitlines()) == 3


def test_no_program_that_a_test_starts_connects_to_the_outside(noted):
    asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=False)
    assert "PermissionError: tests do not leave this machine" in asked.stderr
    assert OUTSIDE in noted.read_text()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.8.9.1", None, "", b"localhost"])
def test_this_machine_is_inside(host):
    assert is_inside(host)


@pytest.mark.parametrize("host", [OUTSIDE, "10.0.0.1", "kpidash.example", "2001:db8::1", "localhost.example"])
def test_all_else_is_outside(host):
    assert not is_inside(host)


def test_what_was_tried_is_kept_until_the_end_of_the_run():
    assert os.environ[NOTES]
