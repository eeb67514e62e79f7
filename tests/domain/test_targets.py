"""Where the target of a period and of a window comes from (RULES.md §4)."""

from datetime import date

import pytest

from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Pace, PeriodTarget, Trajectory
from kpidash.domain.period import Frequency
from tests.domain.companies import actual, ask, company, kpi, target
from tests.domain.reference import Row

MONTH, END = "2026-10", "2026-10-31"
UP = Trajectory(baseline=100, begins=date(2026, 9, 30), due=date(2026, 10, 30), value=130)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([target(MONTH, 7), UP, target("2026-Q4", 92)], 7),
        ([UP, target("2026-Q4", 92)], 130),
        ([target("2026-Q4", 92), target("FY2026", 365)], 31),
        ([target("FY2026", 365)], 31),
        ([target("2026-Q3", 92)], None),
        ([target("2026-W43", 5)], None),
        ([], None),
    ],
)
def test_the_first_source_that_applies_gives_the_target(targets, expected) -> None:
    assert ask(kpi(targets=tuple(targets)), [], MONTH, END)["target"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("aggregation", "from_coarser", "from_finer", "window"),
    [
        (Aggregation.SUM, 92, 24, 24),
        (Aggregation.MEAN, 365, 8, 8),
        (Aggregation.RATIO, 365, 8, 8),
        (Aggregation.LAST, 365, 9, 9),
        (Aggregation.MIN, 365, 9, 9),
        (Aggregation.MAX, 365, 9, 9),
    ],
)
def test_targets_roll_up_by_the_aggregation(aggregation, from_coarser, from_finer, window) -> None:
    months = (target("2026-10", 7), target("2026-11", 8), target("2026-12", 9))
    quarterly = {"frequency": Frequency.QUARTERLY, "aggregation": aggregation}
    assert _target(kpi(**quarterly, targets=(target("FY2026", 365),)), "2026-Q4") == from_coarser
    assert _target(kpi(**quarterly, targets=months), "2026-Q4") == from_finer
    assert _target(kpi(aggregation=aggregation, targets=months), "2026-Q4") == window


def test_finer_targets_that_leave_a_gap_give_none() -> None:
    quarterly = kpi(frequency=Frequency.QUARTERLY, targets=(target("2026-10", 7), target("2026-12", 9)))
    assert _target(quarterly, "2026-Q4") is None


def test_a_full_target_is_missing_where_one_period_has_none() -> None:
    assert _target(kpi(targets=(target("2026-10", 7), target("2026-12", 9))), "2026-Q4") is None


def test_a_week_takes_its_share_of_the_month_that_holds_its_thursday() -> None:
    weekly = kpi(frequency=Frequency.WEEKLY, targets=(target("2026-01", 310),))
    assert _target(weekly, "2026-01") == pytest.approx(5 * 70)  # five Thursdays, the first week from 2025


@pytest.mark.parametrize(
    ("as_of", "read"), [("2026-10-15", 130), ("2026-12-31", 130)], ids=["while it runs", "after it is due"]
)
def test_a_trajectory_is_read_at_the_last_day_of_the_period(as_of: str, read: float) -> None:
    monthly = kpi(aggregation=Aggregation.LAST, targets=(UP,))
    assert ask(monthly, [actual(MONTH, 1)], MONTH, as_of)["target_to_date"] == read


def test_of_several_trajectories_the_one_that_began_last_counts() -> None:
    later = Trajectory(baseline=50, begins=date(2026, 10, 31), due=date(2027, 10, 31), value=60)
    much_later = Trajectory(baseline=1, begins=date(2026, 11, 1), due=date(2027, 10, 31), value=2)
    assert _target(kpi(targets=(much_later, later, UP)), MONTH) == 50


def test_low_and_high_are_shared_out_alike() -> None:
    band = kpi(direction=Direction.MAINTAIN, targets=(target("FY2026", low=365, high=730),))
    found = ask(band, [actual(MONTH, 1)], MONTH, "2026-10-10")
    assert (found["target_to_date_low"], found["target_to_date_high"]) == pytest.approx((10, 20))


@pytest.mark.parametrize(
    ("fields", "to_date"),
    [
        ({}, 310 * 15 / 31),
        ({"pace": Pace.WORKDAYS}, 310 * 11 / 22),
        ({"aggregation": Aggregation.MEAN}, 310),
        ({"aggregation": Aggregation.LAST}, 310),
    ],
    ids=["by days", "by working days", "a mean is not prorated", "a stock is not prorated"],
)
def test_a_running_period_counts_for_its_elapsed_part(fields, to_date) -> None:
    found = ask(kpi(targets=(target(MONTH, 310),), **fields), [actual(MONTH, 1)], MONTH, "2026-10-15")
    assert (found["target_to_date"], found["target"]) == pytest.approx((to_date, 310))


class TestPhasingByLastYear:
    def test_a_month_takes_its_share_of_last_years_quarter(self) -> None:
        assert _target(_phased(), MONTH, LAST_YEAR) == 200

    @pytest.mark.parametrize(("month", "share"), [("2026-10", 0.5), ("2026-11", 0.2), ("2026-12", 0.3)])
    def test_the_shares_of_a_quarter_make_it_whole(self, month, share) -> None:
        assert _target(_phased(), month, LAST_YEAR, as_of="2026-12-31") == pytest.approx(400 * share)

    def test_a_quarter_takes_its_share_of_last_years_year(self) -> None:
        quarterly = kpi(frequency=Frequency.QUARTERLY, targets=(target("FY2026", 400, phasing="last_year"),))
        rows = [actual(f"2025-Q{quarter}", value) for quarter, value in ((1, 10), (2, 20), (3, 30), (4, 40))]
        assert _target(quarterly, "2026-Q3", rows) == 120

    def test_a_missing_month_last_year_makes_it_days(self) -> None:
        assert _target(_phased(), MONTH, LAST_YEAR[:2]) == pytest.approx(400 * 31 / 92)

    def test_a_last_year_that_adds_up_to_nothing_makes_it_days(self) -> None:
        nothing = [actual(f"2025-{month}", value) for month, value in ((10, 5), (11, -5), (12, 0))]
        assert _target(_phased(), MONTH, nothing) == pytest.approx(400 * 31 / 92)

    def test_actuals_after_as_of_are_not_known(self) -> None:
        assert _target(_phased(), MONTH, LAST_YEAR, as_of="2025-11-30") == pytest.approx(400 * 31 / 92)

    def test_days_weeks_and_means_do_not_follow_it(self) -> None:
        daily = _phased(frequency=Frequency.DAILY)
        assert _target(daily, MONTH, LAST_YEAR) == pytest.approx(400 * 31 / 92)
        assert _target(_phased(aggregation=Aggregation.MEAN), MONTH, LAST_YEAR) == 400

    def test_a_calculated_kpi_follows_its_own_last_year(self) -> None:
        profit = kpi("profit", formula="{sales} - {cost}", targets=(PHASED,))
        rows = [*LAST_YEAR, *(actual(f"2025-{month}", 10, "cost") for month in (10, 11, 12))]
        card = ask(company([kpi("sales"), kpi("cost"), profit]), rows, MONTH, END)
        assert card["kpis"][2]["target"] == pytest.approx(400 * (50 - 10) / (100 - 30))


LAST_YEAR = [actual("2025-10", 50), actual("2025-11", 20), actual("2025-12", 30)]
PHASED: PeriodTarget = target("2026-Q4", 400, phasing="last_year")


def _phased(**fields) -> Kpi:
    return kpi(targets=(PHASED,), **fields)


def _target(asked: Kpi, window: str, rows: list[Row] | None = None, as_of: str = END) -> float | None:
    return ask(asked, rows or [], window, as_of)["target"]
