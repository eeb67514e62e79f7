"""Setting passwords: by link, by oneself, and what becomes of what was open before."""

import hashlib
from datetime import timedelta

import pytest

from kpidash.domain.access import Capability, NotPermitted, narrowed
from kpidash.domain.catalogue import Catalogue
from kpidash.services import attempts, links, passwords, people, second_factor, sessions, signing_in
from kpidash.services.errors import NotThere
from kpidash.services.passwords import Unfit
from tests.services.people_who_sign_in import (
    ASHA,
    HOME,
    KEY,
    NOW,
    OTHER_WORDS,
    ROOT,
    WORDS,
    deeds,
    give_device,
    hire,
    own,
    renew,
)
from tests.services.test_signing_in import at_once


def set_by_link(database, token, password=OTHER_WORDS, *, at=NOW, **given):
    return passwords.set_by_link(database, token, password, address="192.0.2.7", at=at, **given)


def session(database, password=WORDS):
    return signing_in.with_password(database, ASHA, password, HOME, at=NOW)


def is_open(database, begun):
    return sessions.of_token(database, begun.token, at=NOW) is not None


def test_nobody_has_a_password_before_they_set_one(database):
    people.add(database, ROOT, ASHA, name="Asha", admin=True)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM credential").fetchall() == []


def test_a_link_sets_the_password_once_and_ends_all_sessions(database):
    hire(database)
    before = session(database)
    token = renew(database)
    assert links.of_token(database, token, at=NOW).email == ASHA
    assert set_by_link(database, token) == ASHA
    assert not is_open(database, before)
    assert is_open(database, session(database, OTHER_WORDS))
    with pytest.raises(attempts.NotProven):
        session(database)
    assert links.of_token(database, token, at=NOW) is None
    with pytest.raises(NotThere, match="not valid any more"):
        set_by_link(database, token, "yet another set of words")
    entry = deeds(database, "password.set")[-1]
    assert (entry.actor, entry.subject) == (ASHA, f"user {ASHA}")
    assert dict(entry.detail) == {"how": "link", "ended": [before.id]}


def test_a_link_that_is_used_many_times_at_once_sets_one_password(database):
    hire(database)
    token = renew(database)
    assert at_once(lambda: set_by_link(database, token), 4) == {"done": 1, "NotThere": 3}


def test_of_links_made_at_once_one_is_left(database):
    hire(database)
    made = []
    at_once(lambda: made.append(renew(database)), 6)
    assert len(made) == 6
    assert sum(links.of_token(database, one, at=NOW) is not None for one in made) == 1


@pytest.mark.parametrize(
    ("after", "valid"), [(timedelta(hours=24, seconds=-1), True), (timedelta(hours=24), False)]
)
def test_a_link_is_good_for_a_day(database, after, valid):
    hire(database)
    token = renew(database)
    assert (links.of_token(database, token, at=NOW + after) is not None) is valid
    if not valid:
        with pytest.raises(NotThere):
            set_by_link(database, token, at=NOW + after)


def test_a_newer_link_ends_older_ones_and_one_of_somebody_disabled_is_none(database):
    hire(database)
    first, second = renew(database), renew(database)
    with pytest.raises(NotThere):
        set_by_link(database, first)
    people.disable(database, ROOT, ASHA)
    with pytest.raises(NotThere):
        set_by_link(database, second)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\x00", "ü"])
def test_other_tokens_are_none(database, token):
    hire(database)
    renew(database)
    with pytest.raises(NotThere):
        set_by_link(database, token)


def test_the_question_for_a_code_is_no_link_for_a_password(database):
    hire(database)
    give_device(database, at=NOW - timedelta(minutes=5))
    needed = session(database)
    with pytest.raises(NotThere):
        set_by_link(database, needed.token)


@pytest.mark.parametrize("password", ["short", "password1234", "asha-asha-asha-1", "x" * 257])
def test_an_unfit_password_leaves_the_link_as_it_is(database, password):
    hire(database, password=None)
    token = renew(database)
    with pytest.raises(Unfit) as refused:
        set_by_link(database, token, password)
    assert refused.value.reasons
    assert set_by_link(database, token) == ASHA


def test_a_breached_password_is_refused_where_there_is_a_list_of_them(database, tmp_path):
    hire(database, password=None)
    token, file = renew(database), tmp_path / "breached.txt"
    file.write_text(hashlib.sha1(OTHER_WORDS.encode(), usedforsecurity=False).hexdigest().upper() + ":3\n")
    with pytest.raises(Unfit, match="breach"):
        set_by_link(database, token, breaches=file)
    assert set_by_link(database, token, WORDS, breaches=file) == ASHA


def test_people_change_their_password_with_the_old_one_and_keep_this_session(database):
    hire(database)
    here, there = session(database), session(database)
    link = renew(database)
    with pytest.raises(attempts.NotProven):
        passwords.change(database, own(), "wrong", OTHER_WORDS, at=NOW)
    with pytest.raises(Unfit):
        passwords.change(database, own(), WORDS, "short", at=NOW)
    with pytest.raises(Unfit, match="that you have"):
        passwords.change(database, own(), WORDS, WORDS, at=NOW)
    passwords.change(database, own(), WORDS, OTHER_WORDS, session=here.id, at=NOW)
    assert (is_open(database, here), is_open(database, there)) == (True, False)
    assert is_open(database, session(database, OTHER_WORDS))
    assert links.of_token(database, link, at=NOW) is None
    assert dict(deeds(database, "password.set")[-1].detail) == {"how": "own", "ended": [there.id]}


def test_the_old_password_is_guessed_no_more_often_than_at_sign_in(database):
    hire(database)
    for _ in range(5):
        with pytest.raises(attempts.NotProven):
            passwords.change(database, own(), "wrong", OTHER_WORDS, at=NOW)
    with pytest.raises(attempts.TooMany):
        passwords.change(database, own(), WORDS, OTHER_WORDS, at=NOW + timedelta(minutes=1))


def test_whoever_has_no_password_cannot_change_it(database):
    hire(database, password=None)
    with pytest.raises(attempts.NotProven):
        passwords.change(database, own(), "", OTHER_WORDS, at=NOW)


@pytest.mark.usefixtures("full_hashes")
def test_no_password_and_no_hash_stands_in_the_audit_trail(database):
    hire(database)
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT password FROM credential").scalar_one()
        told = str(connection.exec_driver_sql("SELECT * FROM audit").fetchall())
        everything = str(connection.exec_driver_sql("SELECT * FROM credential").fetchall())
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept not in told
    assert WORDS not in told + everything


def test_a_program_changes_neither_a_password_nor_codes(database):
    """A token may do what was lent; what its person proves with who they are never is."""
    hire(database)
    device = give_device(database)
    lent = narrowed(own(), list(Capability), None, Catalogue.empty())
    begun = "anything"
    for deed in (
        lambda: passwords.change(database, lent, WORDS, OTHER_WORDS, at=NOW),
        lambda: second_factor.begin(database, lent, WORDS, key=KEY, at=NOW),
        lambda: second_factor.confirm(database, lent, begun, device.at(NOW), key=KEY, at=NOW),
        lambda: second_factor.off(database, lent, device.at(NOW + timedelta(minutes=1)), key=KEY, at=NOW),
    ):
        with pytest.raises(NotPermitted, match="a token does not"):
            deed()
    assert isinstance(session(database), signing_in.CodeNeeded)
