"""Passwords that are known: from the lists that come along, and from a file of digests."""

import hashlib

import pytest

from kpidash.domain.passwords import FEWEST_GUESSES
from kpidash.services.breached import guesses, leaked
from kpidash.settings import WrongSetting, load


@pytest.mark.parametrize(
    "password",
    ["password1234", "qwertyuiop12", "123456789012", "letmeinletmein", "aaaaaaaaaaaa", "iloveyou1234",
     "P@ssw0rd1234", "monkey123456", "abcdefghijkl"],
)  # fmt: skip
def test_what_people_use_is_soon_guessed(password):
    assert guesses(password) < FEWEST_GUESSES


@pytest.mark.parametrize(
    "password",
    ["purple monkey dishwasher", "x7Gq!pmZ2kd9", "quiet walnut seven lamps", "ö" * 3 + "Wagen fährt blau"],
)
def test_what_nobody_uses_takes_long(password):
    assert guesses(password) >= FEWEST_GUESSES


def test_words_of_the_company_are_tried_first():
    assert guesses("meridianqorum1", ["meridianqorum"]) < FEWEST_GUESSES <= guesses("meridianqorum1")


def test_a_very_long_password_is_judged_in_no_time_and_by_its_beginning():
    assert guesses("quiet walnut seven lamps" + "a" * 500) >= FEWEST_GUESSES


def test_a_file_that_is_not_there_stops_the_start(tmp_path):
    file = tmp_path / "breached.txt"
    with pytest.raises(WrongSetting, match="no file is"):
        load({"KPIDASH_BREACHED_PASSWORDS": str(file)})
    file.touch()
    assert load({"KPIDASH_BREACHED_PASSWORDS": str(file)}).breached_passwords == file


def digest(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def written(path, passwords, *, end="\n", last=True):
    lines = [f"{one}:{count}" for count, one in enumerate(sorted(map(digest, passwords)))]
    path.write_bytes((end.join(lines) + (end if last else "")).encode())
    return path


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_exactly_the_passwords_of_the_file_are_found(tmp_path, count, end, last):
    known = [f"password {number}" for number in range(count)]
    file = written(tmp_path / "breached.txt", known, end=end, last=last)
    assert all(leaked(one, file) for one in known)
    assert not any(leaked(f"other {number}", file) for number in range(200))


def test_digests_in_lower_case_are_found_too_and_no_file_has_nothing(tmp_path):
    file = tmp_path / "breached.txt"
    file.write_text("\n".join(sorted(digest(one).lower() for one in "abcdef")))
    assert all(leaked(one, file) for one in "abcdef")
    assert not leaked("a", None)
