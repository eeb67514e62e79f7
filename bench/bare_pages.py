"""The pages that ours are held against: 12 metrics, 6 figures and a table in bare Streamlit and in Dash."""

import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

DASH = "dash==4.4.1"
PATIENCE_S = 60.0

_DATA = """
import sys
months = [f"2026-{month:02}" for month in range(1, 13)]
rows = [
    {"month": month, **{f"KPI {n}": 100 + n * k % 17 for n in range(6)}} for k, month in enumerate(months)
]
figures = [
    {"data": [{"type": ("bar", "scatter")[n % 2], "x": months, "y": [row[f"KPI {n}"] for row in rows]}],
     "layout": {"height": 300}}
    for n in range(6)
]
"""
_STREAMLIT = """
import streamlit as st
st.set_page_config(layout="wide")
st.title("Company")
for row in range(3):
    for n, column in enumerate(st.columns(4)):
        column.metric(f"KPI {4 * row + n}", 100 + n, n - 2)
if FIGURES:
    for row in range(2):
        for n, column in enumerate(st.columns(3)):
            column.plotly_chart(figures[3 * row + n], key=f"figure-{3 * row + n}")
st.dataframe(rows)
"""
_DASH = """
from dash import Dash, dash_table, dcc, html
app = Dash()
app.layout = html.Div([
    html.H1("Company"),
    *[html.Div([html.Label(f"KPI {n}"), html.B(str(100 + n))], className="metric") for n in range(12)],
    *[dcc.Graph(figure=figure) for figure in figures],
    dash_table.DataTable(rows),
])
app.run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
"""


@contextmanager
def streamlit_page(*, figures: bool) -> Iterator[str]:
    """The address of the page in Streamlit as it comes, with or without its figures."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "page.py"
        script.write_text(f"FIGURES = {figures}\n{_DATA}{_STREAMLIT}", encoding="utf-8")
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true",
                   "--server.address", "127.0.0.1", "--server.port", str(port),
                   "--browser.gatherUsageStats", "false"]  # fmt: skip
        with _running(command, folder, port) as address:
            yield address


@contextmanager
def dash_page(python: str) -> Iterator[str]:
    """The address of the same page in Dash; `python` is an interpreter that has it."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "page.py"
        script.write_text(_DATA + _DASH, encoding="utf-8")
        port = _free_port()
        with _running([python, str(script), str(port)], folder, port) as address:
            yield address


@contextmanager
def dash_python() -> Iterator[str]:
    """The interpreter of an environment with Dash that is thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", DASH]
        subprocess.run(install, check=True)
        yield python


@contextmanager
def _running(command: list[str], folder: str, port: int) -> Iterator[str]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args} does not answer")


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
