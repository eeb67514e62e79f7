"""The points of one KPI over time say the same as its scorecard."""

from datetime import date
from functools import partial

import pytest

from kpidash.domain.book import Book
from kpidash.domain.calendars import calendar_of
from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Pace, Trajectory
from kpidash.domain.period import Frequency, parse_window
from kpidash.domain.reach import months_needed
from kpidash.domain.series import native_points
from tests.domain import companies, drive
from tests.domain.companies import actual, company, kpi, target

AS_OF, WINDOW = date(2026, 10, 15), "2026-10"
PATH = Trajectory(baseline=400, begins=date(2026, 1, 1), due=date(2026, 12, 31), value=310)


@pytest.mark.parametrize(
    "asked",
    [
        kpi(targets=(target(WINDOW, 310),)),
        kpi(pace=Pace.WORKDAYS, targets=(target(WINDOW, 310),)),
        kpi(aggregation=Aggregation.MEAN, targets=(target("FY2026", 310),)),
        kpi(direction=Direction.MAINTAIN, targets=(target(WINDOW, low=300, high=310),)),
        kpi(direction=Direction.DECREASE, targets=(PATH,)),
        kpi(direction=Direction.DECREASE, aggregation=Aggregation.LAST, targets=(PATH,)),
        kpi(),
    ],
    ids=["by days", "by working days", "mean", "band", "trajectory", "stock on a trajectory", "no target"],
)
def test_the_point_of_a_running_month_is_its_scorecard(asked: Kpi) -> None:
    rows = [actual(WINDOW, 160)]
    line = companies.ask(asked, rows, WINDOW, AS_OF.isoformat())
    point = _points(asked, rows, WINDOW)[0]
    for name in ("actual", "target", "target_to_date", "variance", "attainment"):
        assert point[name] == pytest.approx(_number(line[name]), nan_ok=True), name
    assert point["status"] == line["status"]


@pytest.mark.parametrize("aggregation", [Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST])
def test_the_points_of_days_are_the_actuals_of_days(aggregation: Aggregation) -> None:
    daily = kpi(frequency=Frequency.DAILY, aggregation=aggregation)
    rows = [
        actual("2026-10-01", 3, segment="N"),
        actual("2026-10-01", 5, segment="S"),
        actual("2026-10-15", 7),
    ]
    found = {str(point["start"])[:10]: point["actual"] for point in _points(daily, rows, WINDOW)}
    assert (len(found), found["2026-10-15"]) == (31, 7)
    assert found["2026-10-01"] == (4 if aggregation is Aggregation.MEAN else 8)
    assert found["2026-10-02"] != found["2026-10-02"]


def _points(asked: Kpi, rows: list, label: str) -> list[dict]:
    book = Book.of(company([asked]), [])
    window = parse_window(label, AS_OF)
    calendar = calendar_of(window, AS_OF, asked.frequency, 1)
    needed = months_needed(book, window, AS_OF)
    points = drive.ask(book, rows, needed, partial(native_points, book, 0, calendar, AS_OF))
    return points.to_dict("records")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
