"""An attempt is good for ten minutes, once, and where it was sealed."""

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from kpidash.services.oidc.attempts import GOOD_FOR_S, Attempts, begun

KEY = "q7Xc2mVb9LtR4wZp8NdK3sHj6GfY1uEa"


class Earlier(TimestampSigner):
    """Signs as if it were earlier."""

    by_s = 0

    def get_timestamp(self):
        return super().get_timestamp() - self.by_s


@pytest.mark.parametrize(("age", "good"), [(GOOD_FOR_S - 5, True), (GOOD_FOR_S + 5, False)])
def test_an_attempt_ends(age, good):
    signer = type("Signer", (Earlier,), {"by_s": age})
    old = Attempts(KEY)
    old._serializer = URLSafeTimedSerializer(KEY, salt="kpidash.oidc.attempt", signer=signer)
    attempt = begun(goal="/kpi", invitation="x")
    assert Attempts(KEY).opened(old.sealed(attempt)) == (attempt if good else None)


def test_an_attempt_is_good_once_and_under_its_own_key():
    attempts, attempt = Attempts(KEY), begun(goal="/")
    sealed = attempts.sealed(attempt)
    assert Attempts(KEY[::-1]).opened(sealed) is None
    assert attempts.opened(sealed) == attempt
    assert attempts.opened(sealed) is None


def test_what_came_back_is_forgotten_once_it_is_too_old_anyhow():
    now = [0.0]
    attempts = Attempts(KEY, clock=lambda: now[0])
    for _ in range(5):
        attempts.opened(attempts.sealed(begun(goal="/")))
    assert len(attempts._back) == 5
    now[0] = GOOD_FOR_S + 2.0
    attempts.opened(attempts.sealed(begun(goal="/")))
    assert len(attempts._back) == 1
