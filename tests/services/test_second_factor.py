"""Codes: turning them on and off, and what is kept of their secret."""

from datetime import timedelta

import pyotp
import pytest

from kpidash.domain.access import NotPermitted
from kpidash.services import attempts, second_factor, signing_in
from kpidash.services.errors import Standing
from tests.services.people_who_sign_in import (
    ASHA,
    DEV,
    HOME,
    KEY,
    NOW,
    ROOT,
    WORDS,
    deeds,
    give_device,
    hire,
    own,
)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def asha(database):
    hire(database)
    return database


def begin(database, email=ASHA):
    return second_factor.begin(database, own(email), WORDS, key=KEY, at=NOW)


def confirm(database, begun, code, email=ASHA, *, at=NOW):
    second_factor.confirm(database, own(email), begun.sealed, code, key=KEY, at=at)


def test_codes_are_on_when_the_first_one_was_right(asha):
    begun = begin(asha)
    device = pyotp.TOTP(begun.secret)
    wrong = f"{(int(device.at(NOW)) + 1) % 10**6:06}"
    for code in (wrong, "", "12345", "abcdef", "١٢٣٤٥٦"):
        with pytest.raises(attempts.NotProven):
            confirm(asha, begun, code)
    assert not isinstance(signing_in.with_password(asha, ASHA, WORDS, HOME, at=NOW), signing_in.CodeNeeded)
    spaced = f"{device.at(NOW)[:3]} {device.at(NOW)[3:]}"
    confirm(asha, begun, spaced)
    assert isinstance(signing_in.with_password(asha, ASHA, WORDS, HOME, at=NOW), signing_in.CodeNeeded)
    assert [entry.subject for entry in deeds(asha, "totp.on")] == [f"user {ASHA}"]


def test_what_a_device_needs_is_an_address_with_name_and_issuer_and_a_picture_of_it(asha):
    begun = begin(asha)
    parsed = pyotp.parse_uri(begun.address)
    assert (parsed.name, parsed.issuer, parsed.secret) == (ASHA, "kpidash", begun.secret)
    assert len(begun.secret) == 32
    assert begun.svg.startswith("<svg")
    assert begun.secret not in begun.sealed


def test_the_secret_is_kept_in_no_readable_form_and_only_once_it_is_confirmed(asha):
    begun = begin(asha)
    query = "SELECT totp FROM credential"
    with asha.read() as connection:
        assert connection.exec_driver_sql(query).scalar_one() is None
    confirm(asha, begun, pyotp.TOTP(begun.secret).at(NOW))
    with asha.read() as connection:
        assert begun.secret not in connection.exec_driver_sql(query).scalar_one()
        assert begun.secret not in str(connection.exec_driver_sql("SELECT * FROM audit").fetchall())


@pytest.mark.parametrize("apart", [timedelta(seconds=-30), timedelta(0), timedelta(seconds=30)])
def test_a_clock_may_be_half_a_minute_wrong(asha, apart):
    begun = begin(asha)
    confirm(asha, begun, pyotp.TOTP(begun.secret).at(NOW + apart))


@pytest.mark.parametrize("apart", [timedelta(seconds=-60), timedelta(seconds=60)])
def test_but_not_a_whole_one(asha, apart):
    begun = begin(asha)
    with pytest.raises(attempts.NotProven):
        confirm(asha, begun, pyotp.TOTP(begun.secret).at(NOW + apart))


def test_nobody_confirms_for_somebody_else_or_what_was_not_begun_here(asha):
    hire(asha, DEV)
    begun = begin(asha)
    code = pyotp.TOTP(begun.secret).at(NOW)
    with pytest.raises(Standing):
        confirm(asha, begun, code, DEV)
    with pytest.raises(Standing):
        second_factor.confirm(asha, own(), "x" + begun.sealed[1:], code, key=KEY, at=NOW)
    with pytest.raises(Standing):
        second_factor.confirm(asha, own(), begun.sealed, code, key=KEY + "x", at=NOW)


def test_an_open_screen_alone_ties_no_device(asha):
    for number, guess in enumerate(("", "another password", WORDS.upper())):
        with pytest.raises(attempts.NotProven):
            second_factor.begin(asha, own(), guess, key=KEY, at=NOW + timedelta(seconds=number))
    assert begin(asha).secret
    for _ in range(attempts.MOST):
        with pytest.raises(attempts.NotProven):
            second_factor.begin(asha, own(), "guessed", key=KEY, at=NOW)
    with pytest.raises(attempts.TooMany):
        begin(asha)


def test_codes_that_are_on_are_not_turned_on_again(asha):
    begun = begin(asha)
    give_device(asha)
    with pytest.raises(Standing, match="on already"):
        begin(asha)
    with pytest.raises(Standing):
        confirm(asha, begun, pyotp.TOTP(begun.secret).at(NOW))


def test_people_turn_their_codes_off_with_a_fresh_one(asha):
    device = give_device(asha)
    with pytest.raises(attempts.NotProven):  # the one that turned them on
        second_factor.off(asha, own(), device.at(NOW), key=KEY, at=NOW)
    second_factor.off(asha, own(), device.at(LATER), key=KEY, at=LATER)
    assert isinstance(signing_in.with_password(asha, ASHA, WORDS, HOME, at=LATER), signing_in.Begun)
    with pytest.raises(attempts.NotProven):
        second_factor.off(asha, own(), device.at(LATER), key=KEY, at=LATER)
    assert [entry.actor for entry in deeds(asha, "totp.off")] == [ASHA]


def test_an_administrator_turns_them_off_and_nobody_else(asha):
    give_device(asha)
    with pytest.raises(NotPermitted):
        second_factor.off_for(asha, own(DEV), ASHA)
    assert second_factor.off_for(asha, ROOT, ASHA)
    assert not second_factor.off_for(asha, ROOT, ASHA)
    assert [entry.actor for entry in deeds(asha, "totp.off")] == ["root"]


def test_with_another_key_no_code_is_right_and_without_one_there_are_none(asha, caplog):
    device = give_device(asha)
    needed = signing_in.with_password(asha, ASHA, WORDS, HOME, at=LATER)
    with pytest.raises(attempts.NotProven):
        signing_in.with_code(asha, needed.token, device.at(LATER), HOME, key="x" * 40, at=LATER)
    assert "KPIDASH_SECRET_KEY" in caplog.text
    second_factor.off_for(asha, ROOT, ASHA)
    with pytest.raises(Standing, match="KPIDASH_SECRET_KEY"):
        second_factor.begin(asha, own(), WORDS, key=None, at=NOW)
