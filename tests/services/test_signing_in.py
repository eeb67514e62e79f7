"""Signing in: who gets a session, what everybody else is told, and how often one may try."""

import threading
from collections import Counter
from datetime import timedelta

import argon2
import pytest

from kpidash import settings
from kpidash.services import attempts, hashing, links, people, second_factor, sessions, signing_in
from kpidash.services.errors import NotThere, Standing
from kpidash.services.oidc import attempts as oidc_attempts
from kpidash.services.signing_in import Begun, CodeNeeded, NotProven, TooMany, Visit
from kpidash.store import credentials, users
from tests.services.people_who_sign_in import (
    ASHA,
    DEV,
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
)

MINUTE = timedelta(minutes=1)
WRONG = "not the password"


def sign_in(database, email=ASHA, password=WORDS, *, visit=HOME, at=NOW):
    return signing_in.with_password(database, email, password, visit, at=at)


def refuse(database, email=ASHA, password=WRONG, *, visit=HOME, at=NOW):
    with pytest.raises(NotProven) as refused:
        sign_in(database, email, password, visit=visit, at=at)
    return refused.value


def test_the_right_password_begins_a_session(database):
    hire(database)
    begun = sign_in(database, " Asha@Example.com ")
    found = sessions.of_token(database, begun.token, at=NOW)
    assert (found.email, found.method, found.address, found.agent) == (
        ASHA, "password", "192.0.2.7", "Firefox",
    )  # fmt: skip


NOBODIES = {
    "wrong password": (ASHA, "wrong"),
    "no password": (ASHA, ""),
    "unknown": ("nobody@example.com", WORDS),
    "no address": ("", WORDS),
    "never set one": ("new@example.com", WORDS),
    "disabled": (DEV, WORDS),
    "very long": (ASHA, WORDS + "x" * 100_000),
    "in other letters": (ASHA, WORDS.upper()),
    "with a space": (ASHA, WORDS + " "),
}


@pytest.fixture
def staff(database):
    hire(database)
    hire(database, DEV)
    hire(database, "new@example.com", None)
    people.disable(database, ROOT, DEV)
    return database


@pytest.mark.usefixtures("full_hashes")
@pytest.mark.parametrize(("email", "password"), NOBODIES.values(), ids=NOBODIES)
def test_everybody_else_gets_the_same_answer_for_the_same_work(staff, email, password, monkeypatch):
    hashing.matches(None, "")  # the hash of nobody's password is made once in a process
    work = []
    verify, make = argon2.PasswordHasher.verify, argon2.PasswordHasher.hash

    def verifying(self, kept, given):
        work.append(argon2.extract_parameters(kept))
        return verify(self, kept, given)

    def making(self, given):
        work.append("made")
        return make(self, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verifying)
    monkeypatch.setattr(argon2.PasswordHasher, "hash", making)
    refused = refuse(staff, email, password)
    assert type(refused) is NotProven
    assert str(refused) == signing_in.WRONG
    assert work == [argon2.profiles.RFC_9106_LOW_MEMORY]
    assert sessions.open_sessions(staff, ROOT, at=NOW) == []


def test_after_five_failures_an_account_is_told_how_long_to_wait_from_wherever_it_tries(database):
    hire(database)
    for number in range(5):
        refuse(database, visit=Visit(f"192.0.2.{number}", ""), at=NOW + number * MINUTE)
    blocked = refuse(database, password=WORDS, visit=Visit("198.51.100.1", ""), at=NOW + 5 * MINUTE)
    assert type(blocked) is TooMany
    assert str(blocked) == "There were too many failed attempts. Try again in 10 minutes."
    assert blocked.seconds == 600
    assert isinstance(sign_in(database, at=NOW + 15 * MINUTE), Begun)


def test_after_five_failures_an_address_may_try_no_account(database):
    hire(database)
    for number in range(5):
        refuse(database, f"nobody{number}@example.com")
    assert type(refuse(database, password=WORDS, at=NOW + MINUTE)) is TooMany
    assert isinstance(sign_in(database, visit=Visit("198.51.100.1", ""), at=NOW + MINUTE), Begun)


def test_all_addresses_of_an_ipv6_network_count_as_one(database):
    hire(database)
    for host in range(attempts.MOST):
        refuse(database, f"{host}@example.com", visit=Visit(f"2001:db8:1:2::{host:x}", "Firefox"))
    near, far = Visit("2001:db8:1:2:ffff:1:2:3", "Firefox"), Visit("2001:db8:1:3::1", "Firefox")
    assert isinstance(refuse(database, password=WORDS, visit=near), TooMany)
    assert isinstance(sign_in(database, visit=far), Begun)


def test_strangers_who_fail_have_no_screen_made_anew(database):
    hire(database)
    before = database.revision()
    for _ in range(attempts.MOST + 1):
        refuse(database)
    assert len(deeds(database, "sign_in.failed")) == 1
    assert database.revision() == before


def test_success_takes_no_failure_back_and_is_none(database):
    hire(database)
    for number in range(4):
        refuse(database, at=NOW + number * MINUTE)
    for _ in range(3):
        sign_in(database, at=NOW + 4 * MINUTE)
    refuse(database, at=NOW + 5 * MINUTE)
    assert type(refuse(database, password=WORDS, at=NOW + 6 * MINUTE)) is TooMany


def test_unknown_accounts_are_blocked_like_known_ones(database):
    hire(database)
    said = set()
    for email in (ASHA, "nobody@example.com"):
        for number in range(5):
            refuse(database, email, visit=Visit(f"{email} {number}", ""))
        said.add(str(refuse(database, email, visit=Visit("elsewhere", ""), at=NOW + MINUTE)))
    assert len(said) == 1


def test_a_block_stands_in_the_audit_trail_once_and_what_was_typed_does_not(database):
    hire(database)
    for _ in range(5):
        refuse(database)
    for _ in range(3):
        refuse(database, at=NOW + MINUTE)
    for _ in range(5):
        refuse(database, "My Secret Password", visit=Visit("198.51.100.1", ""))
    first, second = deeds(database, "sign_in.failed")
    assert (first.actor, first.subject) == (ASHA, f"user {ASHA}")
    assert dict(first.detail) == {"times": 5, "address": "192.0.2.7"}
    assert (second.actor, second.subject) == ("unknown", "user unknown")
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT account FROM failed_sign_in").fetchall()
    assert "secret" not in str(rows).lower()
    assert ASHA not in str(rows)


def test_failures_that_are_over_are_deleted(database):
    hire(database)
    for number in range(4):
        refuse(database, visit=Visit(str(number), ""))
    sign_in(database, at=NOW + 15 * MINUTE)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM failed_sign_in").fetchall() == []


def at_once(work, times):
    """What becomes of the same work begun at the same moment in as many threads."""
    ready, outcomes = threading.Barrier(times), Counter()

    def one():
        ready.wait()
        try:
            work()
            outcomes["done"] += 1
        except (NotProven, NotThere, Standing) as refused:
            outcomes[type(refused).__name__] += 1

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_guesses_made_at_once_are_no_more_than_five(database, monkeypatch):
    hire(database)
    monkeypatch.setattr(attempts, "_PAUSE_S", 0.02)
    looked_at, verify = Counter(), argon2.PasswordHasher.verify

    def verifying(self, kept, given):
        looked_at["verified"] += 1
        return verify(self, kept, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verifying)
    outcomes = at_once(lambda: sign_in(database, password=WRONG, at=None), 20)
    assert outcomes == {"NotProven": 5, "TooMany": 15}
    assert looked_at["verified"] == 5


def test_an_office_that_signs_in_at_once_is_not_taken_for_guessing(database):
    hire(database)
    assert at_once(lambda: sign_in(database, at=None), 8) == {"done": 8}


@pytest.mark.usefixtures("full_hashes")
def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(database):
    hire(database)
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(WORDS)
    with database.write() as connection:
        number = users.find(connection, ASHA).id
        credentials.set_password(connection, number, cheap, at=NOW)
    refuse(database)
    for _ in range(2):
        sign_in(database)
    with database.read() as connection:
        kept = credentials.of(connection, number)
    assert argon2.extract_parameters(kept.password) == argon2.profiles.RFC_9106_LOW_MEMORY
    assert kept.changed_at == NOW


def test_somebody_with_codes_gets_no_session_for_the_password_alone(database):
    hire(database)
    device = give_device(database, at=NOW - 5 * MINUTE)
    needed = sign_in(database)
    assert isinstance(needed, CodeNeeded)
    assert sessions.open_sessions(database, ROOT, at=NOW) == []
    begun = signing_in.with_code(database, needed.token, device.at(NOW), HOME, key=KEY, at=NOW)
    assert sessions.of_token(database, begun.token, at=NOW).method == "password and code"


def test_a_code_is_good_once_whoever_sends_it(database):
    hire(database)
    device = give_device(database)
    at = NOW + MINUTE
    first, second = sign_in(database, at=at), sign_in(database, at=at)
    with pytest.raises(NotThere, match="too long"):  # the newer question ends the older one
        signing_in.with_code(database, first.token, device.at(at), HOME, key=KEY, at=at)
    signing_in.with_code(database, second.token, device.at(at), HOME, key=KEY, at=at)
    third = sign_in(database, at=at)
    for used in (device.at(at), device.at(NOW)):  # this one, and one from before it
        with pytest.raises(NotProven):
            signing_in.with_code(database, third.token, used, HOME, key=KEY, at=at)


def test_one_code_sent_many_times_at_once_begins_one_session(database):
    hire(database)
    device = give_device(database)
    at = NOW + MINUTE
    needed = sign_in(database, at=at)
    code = device.at(at)
    outcomes = at_once(lambda: signing_in.with_code(database, needed.token, code, HOME, key=KEY, at=at), 5)
    assert outcomes["done"] == 1
    assert len(sessions.open_sessions(database, ROOT, at=at)) == 1


def test_codes_are_guessed_no_more_often_than_passwords(database):
    hire(database)
    device = give_device(database, at=NOW - 5 * MINUTE)
    needed = sign_in(database)
    wrong = f"{(int(device.at(NOW)) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(NotProven):
            signing_in.with_code(database, needed.token, wrong, HOME, key=KEY, at=NOW)
    with pytest.raises(TooMany):
        signing_in.with_code(
            database, needed.token, device.at(NOW), HOME, key=KEY, at=NOW + timedelta(seconds=10)
        )


def test_a_code_may_be_typed_for_five_minutes(database):
    hire(database)
    device = give_device(database)
    needed = sign_in(database)
    late = NOW + 5 * MINUTE
    with pytest.raises(NotThere):
        signing_in.with_code(database, needed.token, device.at(late), HOME, key=KEY, at=late)


def test_whoever_is_disabled_between_password_and_code_stays_outside(database):
    hire(database)
    device = give_device(database, at=NOW - 5 * MINUTE)
    needed = sign_in(database)
    people.disable(database, ROOT, ASHA)
    with pytest.raises(NotThere):
        signing_in.with_code(database, needed.token, device.at(NOW), HOME, key=KEY, at=NOW)


def test_signing_out_ends_the_session_and_stands_in_the_audit_trail(database):
    hire(database)
    begun = sign_in(database)
    assert sessions.leave(database, begun.token, at=NOW)
    assert not sessions.leave(database, begun.token, at=NOW)
    assert sessions.of_token(database, begun.token, at=NOW) is None
    (entry,) = deeds(database, "session.end")
    assert (entry.actor, entry.origin, entry.subject) == (ASHA, "192.0.2.7", f"session {begun.id}")


def test_a_password_that_was_changed_while_it_was_looked_at_begins_no_session(database, monkeypatch):
    hire(database)
    verify = argon2.PasswordHasher.verify

    def verifying(self, kept, given):
        with database.write() as connection:
            number = users.find(connection, ASHA).id
            credentials.set_password(connection, number, hashing.hashed(OTHER_WORDS), at=NOW)
        return verify(self, kept, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verifying)
    refuse(database, password=WORDS)
    assert sessions.open_sessions(database, ROOT, at=NOW) == []
    told = [deeds(database, action)[0].subject for action in ("session.begin", "session.end")]
    assert told[0] == told[1]


def test_what_is_written_into_a_log_holds_no_secret(database):
    hire(database)
    link, begun = links.make(database, ROOT, ASHA, at=NOW), sign_in(database)
    enrolled = second_factor.begin(database, own(), WORDS, key=KEY, at=NOW)
    with database.read() as connection:
        held = credentials.of(connection, users.find(connection, ASHA).id)
    found = settings.load(
        {"KPIDASH_AUTH": "local", "KPIDASH_URL": "https://kpi.example.com", "KPIDASH_SECRET_KEY": KEY,
         "KPIDASH_DATABASE_URL": "postgresql://kpidash:Gluehwein@db/kpidash"}
    )  # fmt: skip
    attempt = oidc_attempts.begun(goal="/")
    said = repr([link, begun, CodeNeeded("opaque"), enrolled, held, found, attempt])
    for secret in (link.token, begun.token, "opaque", enrolled.secret, enrolled.sealed, held.password, KEY,
                   "Gluehwein", attempt.state, attempt.verifier):  # fmt: skip
        assert secret not in said
