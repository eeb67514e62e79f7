"""What segments add to a variance: together they are the variance."""

import numpy as np
import pandas as pd
import pytest

from kpidash.domain.breakdown import contributions
from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Unit
from kpidash.domain.period import Frequency


def kpi(aggregation, direction=Direction.INCREASE):
    return Kpi(code="k", kra="a", name="K", unit=Unit.NUMBER, direction=direction,
               frequency=Frequency.MONTHLY, aggregation=aggregation)  # fmt: skip


def segments(actual, share):
    return pd.DataFrame({"label": ["A", "B"], "actual": actual, "share": share})


def test_of_a_ratio_each_segment_adds_its_variance_by_its_weight():
    """90 of 100 and 10 of 50 are 100 of 150, against a target of 70 %."""
    found = contributions(segments([90, 20], [2 / 3, 1 / 3]), kpi(Aggregation.RATIO), 70)
    assert found == pytest.approx([2 / 3 * 20, 1 / 3 * -50])
    assert found.sum() == pytest.approx(100 / 150 * 100 - 70)


def test_of_a_sum_each_segment_is_expected_to_have_its_part_of_a_year_before():
    before = pd.Series({"A": 30.0, "B": 10.0})
    found = contributions(segments([60, 40], [0.6, 0.4]), kpi(Aggregation.SUM), 120, before)
    assert found == pytest.approx([60 - 90, 40 - 30])
    assert found.sum() == pytest.approx(100 - 120)


def test_where_lower_is_better_less_is_favourable():
    found = contributions(segments([90, 20], [0.5, 0.5]), kpi(Aggregation.RATIO, Direction.DECREASE), 70)
    assert found == pytest.approx([-10, 25])


@pytest.mark.parametrize("aggregation", [Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST])
def test_without_a_year_before_or_a_rule_nothing_is_said(aggregation):
    assert np.isnan(contributions(segments([1, 2], [0.3, 0.7]), kpi(aggregation), 5)).all()
