"""Refusals, as people read them."""

import pytest

from kpidash.domain.access import NotPermitted
from kpidash.services.errors import NotThere, Standing, sentence


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (NotThere("there is no such session"), "There is no such session."),
        (Standing("Codes are on already."), "Codes are on already."),
        (NotPermitted("asha@example.com may not upload"), "asha@example.com may not upload."),
        (NotPermitted("no KPI of asha@example.com"), "No KPI of asha@example.com."),
    ],
)
def test_a_refusal_is_a_sentence_that_leaves_addresses_as_they_are(problem: Exception, said: str) -> None:
    assert sentence(problem) == said
