"""What a run of a screen's script costs, beside drawing the same elements from constants.

The demo company is looked at by an executive. "Nothing changed" is a run like the one before; "after a
change" is the run of an open screen that is told that the contact centre has reported, with two actuals that
are on the screen.
The elements are recorded from a run of the page; a script of nothing but these draws them again. Cycles are
searched as seldom as in a server, in both.
"""

import builtins
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st
from streamlit.runtime import context as served
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from bench.databases import fresh, load_demo, postgresql_place, sqlite_place
from bench.measure import Figure, table

ROUNDS = 45
GOALS = {"nothing changed": 1.5, "after a change": 4.0}
SCREENS = {
    "Company": ("", {}),
    "Department": ("department", {"code": "customer-service"}),
    "KPI": ("kpi", {"code": "handle-time"}),
    "Scorecard": ("scorecard", {}),
}
_DRAWN = ("html", "selectbox", "plotly_chart", "columns", "set_page_config", "navigation")
_SCRIPTS = ScriptCache()
"""Pages are compiled once in a process, as they are on a server."""
app_test.ScriptCache = local_script_runner.ScriptCache = lambda: _SCRIPTS  # type: ignore[misc,assignment]
served._get_client_context = lambda: None
"""What stands in for a server under AppTest takes longer to say that there are no headers than a server takes
to give them."""
_APP = "import builtins\nbuiltins.kpidash_bench()"


class Stage:
    """A session in which scripts run one after the other; `seconds` is what the last one took."""

    def __init__(self, query: dict[str, str]) -> None:
        self._session = AppTest.from_string(_APP, default_timeout=60)
        for name, value in query.items():
            self._session.query_params[name] = value

    def seconds(self, script: Callable[[], object]) -> float:
        """Run the script."""
        took: list[float] = []

        def timed() -> None:
            start = time.perf_counter()
            script()
            took.append(time.perf_counter() - start)

        builtins.kpidash_bench = timed  # type: ignore[attr-defined]
        self._session.run()
        if self._session.exception or not took:
            raise RuntimeError(f"the script failed: {[one.message for one in self._session.exception]}")
        return took[0]

    def drawn(self) -> int:
        """How many elements are on the screen."""
        return _leaves(self._session._tree)


def _leaves(node: Any) -> int:
    children = getattr(node, "children", None)
    return 1 if children is None else sum(_leaves(child) for child in children.values())


class Recorder:
    """What a script draws, as calls that can be made again."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], object]] | None = None
        self._mount = st.components.v2.component
        st.components.v2.component = lambda *args, **kwargs: self._noting(self._mount(*args, **kwargs))
        for name in _DRAWN:
            setattr(st, name, self._noting(getattr(st, name)))
        self._fragment = st.fragment
        st.fragment = self._noting_within

    def _noting(self, draw: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **kwargs: Any) -> Any:
            if self.calls is not None:
                self.calls.append(lambda: draw(*args, **kwargs))
            return draw(*args, **kwargs)

        return noted

    def _noting_within(self, draw: Callable[..., Any], **kwargs: Any) -> Callable[..., Any]:
        """A fragment of what is drawn in this one."""
        if self.calls is None:
            return self._fragment(draw, **kwargs)
        outside, inside = self.calls, list[Callable[[], object]]()

        def noted() -> None:
            self.calls = inside
            draw()
            self.calls = outside

        def again() -> None:
            self._fragment(lambda: [call() for call in inside], **kwargs)()

        outside.append(again)
        return self._fragment(noted, **kwargs)

    def of(self, stage: Stage, script: Callable[[], object]) -> Callable[[], None]:
        """A script that draws the same as this one."""
        self.calls = calls = []
        stage.seconds(script)
        self.calls = None

        def again() -> None:
            for call in calls:
                call()

        return again


def figures() -> Iterator[Figure]:
    """Each screen, on both databases."""
    logging.disable(logging.WARNING)
    recorder = Recorder()  # stands before what draws, which is imported after it
    from kpidash.ui import cached
    from kpidash.ui.kept import parts

    for name, context in (("SQLite", sqlite_place), ("PostgreSQL", postgresql_place)):
        with context() as place, fresh(place) as url:
            load_demo(url)
            os.environ["KPIDASH_DATABASE_URL"] = url
            cached.forget()
            parts.forget()  # a process has one database; its revisions may be those of the one before
            yield from _screens(name, url, recorder)


def _screens(name: str, url: str, recorder: Recorder) -> Iterator[Figure]:
    from kpidash import settings
    from kpidash.services.access import system_user
    from kpidash.services.database import open_database, shared
    from kpidash.services.demo.live import feed
    from kpidash.services.watching import watcher_of
    from kpidash.ui import shell
    from kpidash.ui.followers import followers
    from kpidash.ui.startup import collect_rarely

    followers.opened("", lambda _drawn: None)  # the screen is open, so what it shows is made ahead
    other, watcher = open_database(url), watcher_of(shared(settings.load()))
    reports = feed(other, system_user("bench"))
    collect_rarely()  # as in a server, for the constants too
    for title, (page, query) in SCREENS.items():
        begin_at(page)
        stage, constants_stage = Stage(query), Stage(query)
        for _ in range(3):
            stage.seconds(shell.run)
        constants = recorder.of(stage, shell.run)
        constants_stage.seconds(constants)
        if constants_stage.drawn() != stage.drawn():
            raise RuntimeError(f"{title}: {constants_stage.drawn()} constants for {stage.drawn()} elements")
        times: dict[str, list[float]] = {"constants": [], "nothing changed": [], "after a change": []}
        for _ in range(ROUNDS):
            times["constants"].append(constants_stage.seconds(constants))
            times["nothing changed"].append(stage.seconds(shell.run))
            next(reports)
            told(watcher, other)
            times["after a change"].append(stage.seconds(shell.run))
        reference = statistics.median(times.pop("constants"))
        for what, took in times.items():
            yield Figure(
                f"script run of {title}, {what}",
                "the same elements from constants",
                statistics.median(took),
                reference,
                name,
                GOALS[what],
            )
    other.dispose()


def told(watcher: Any, database: Any) -> None:
    """Return when open screens are told of the newest change; the watcher has made their parts by then."""
    until, newest = time.monotonic() + 30, database.revision()
    while watcher.known.latest.revision < newest:
        if time.monotonic() > until:
            raise RuntimeError("the watcher does not tell of a change")
        time.sleep(0.01)


def begin_at(page: str) -> None:
    """Let the app open with this page: a session outside a server has no address to name one."""
    from kpidash import settings
    from kpidash.ui import shell
    from kpidash.ui.address import PAGES

    def pages() -> list[st.Page]:
        return [
            st.Page(settings.ROOT / "pages" / script, title=title, default=address == page,
                    url_path=None if address == page else address or "company")
            for address, (script, title) in PAGES.items()
        ]  # fmt: skip

    shell._made_pages = pages


def main() -> None:
    """Print the figures of this module alone."""
    print("\n".join(table(figures())))


if __name__ == "__main__":
    main()
