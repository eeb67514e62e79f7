"""Which passwords may be set."""

import pytest

from kpidash.domain.passwords import LONGEST, SHORTEST, faults, normal

ASHA = ("asha.rao@example.com", "Asha Rao", "kpidash")


def told(password, *, guesses=1e12, leaked=False):
    return list(faults(password, of=ASHA, guesses=lambda _: guesses, leaked=lambda _: leaked))


@pytest.mark.parametrize("length", [0, 1, SHORTEST - 1, LONGEST + 1])
def test_a_password_of_an_unfit_length_is_refused_with_its_length(length):
    (said,) = told("x" * length)
    assert str(length) in said


@pytest.mark.parametrize("length", [SHORTEST, 64, 128, LONGEST])
def test_any_other_length_will_do_and_nothing_is_said_of_kinds_of_characters(length):
    assert told("x" * length) == []


@pytest.mark.parametrize(
    "password",
    ["Asha.Rao.2026", "asha.rao@example.com", "KPIDASHasharao1", "rao-ASHA-12345", "example.com!!!"],
)
def test_a_password_that_is_little_more_than_the_person_is_refused(password):
    (said,) = told(password)
    assert "name or address" in said


def test_a_name_among_other_words_does_no_harm():
    assert told("asha gathers walnuts in october") == []


def test_what_was_in_a_breach_or_is_soon_guessed_is_refused():
    assert "breach" in told("long enough for this", leaked=True)[0]
    assert "guessed soon" in told("long enough for this", guesses=1e8 - 1)[0]
    assert told("long enough for this", guesses=1e8) == []


def test_unfit_lengths_are_never_looked_up():
    assert list(faults("x", of=ASHA, guesses=None, leaked=None))


def test_the_same_keys_make_the_same_password_on_every_device():
    assert normal("e\u0301te\u0301 \uff11") == normal("\u00e9t\u00e9 1")
