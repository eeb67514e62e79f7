"""The product and the second reading of the rules agree about any company and any question.

The same few hundred companies every time; `EXAMPLES=20000 pytest tests/domain/test_against_reference.py`
looks at as many new ones.
"""

import os

from hypothesis import HealthCheck, given, settings

from tests.domain.drive import product_scorecard
from tests.domain.reference import Reference
from tests.domain.strategies import Question, questions
from tests.golden_cases import differences

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))


@settings(
    max_examples=EXAMPLES,
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    database=None,
)
@given(questions())
def test_the_product_gives_the_answers_of_the_second_reading(question: Question) -> None:
    expected = Reference(
        question.catalogue, question.rows, question.window, question.as_of, question.holidays
    ).scorecard()
    answer = product_scorecard(
        question.catalogue, question.rows, question.window, question.as_of, question.holidays
    )
    assert differences(expected, answer) == []
