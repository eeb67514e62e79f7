"""Tokens: what they lend, for how long, to whom they are shown, and how they end."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from kpidash.domain.access import Capability, Grant, NotPermitted, Role
from kpidash.services import access, people, sessions, tokens, uploads
from kpidash.services.catalogues import apply_catalogue
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.store import audit, audit_chain, users
from tests.cli.company import CATALOGUE
from tests.services.test_signing_in import at_once

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ASHA, DEV, ROOT = "asha@example.com", "dev@example.com", "root@example.com"
READ, UPLOAD = Capability.READ, Capability.UPLOAD
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def company(database):
    """Asha is analyst of the whole company, Dev of sales (with metros below it), Root the administrator."""
    system = access.system_user("test")
    assert (
        apply_catalogue(database, system, CATALOGUE.encode(), dry_run=False, prune=False).state == "applied"
    )
    given = {ASHA: Grant(Role.ANALYST), DEV: Grant(Role.ANALYST, "sales"), ROOT: Grant(Role.ADMINISTRATOR)}
    with database.write() as connection:
        for email, role in given.items():
            users.grant(connection, users.add(connection, email, email.partition("@")[0].title()), role)
    return database


def person(database, email):
    return access.sign_in(database, email)


def make(database, email=ASHA, *, name="job", capabilities=(READ, UPLOAD), at=NOW, **more):
    return tokens.make(database, person(database, email), name, capabilities=capabilities, at=at, **more)


def refused(database, secret, at=NOW):
    with pytest.raises(NotPermitted) as reason:
        tokens.sign_in(database, secret, at=at)
    return str(reason.value) == tokens.REFUSED


def test_a_token_lends_what_it_says_and_says_from_where_it_asks(company):
    made = make(company)
    scope = tokens.sign_in(company, made.secret, origin="192.0.2.7", at=NOW)
    assert (scope.actor, scope.origin, scope.lent) == (ASHA, "token job, 192.0.2.7", True)
    assert scope.held == person(company, ASHA).held
    narrow = make(company, name="reader", capabilities=[READ], departments=["sales"])
    scope = tokens.sign_in(company, narrow.secret, at=NOW)
    assert scope.departments(READ) == {"sales", "metros"}
    assert not scope.everywhere(READ)
    assert not scope.may(UPLOAD)


def test_the_secret_has_a_shape_that_scanners_know_and_is_kept_nowhere(company):
    made = make(company)
    assert re.fullmatch("kpidash_[0-9a-f]{64}", made.secret)
    assert made.secret not in repr(made)
    with company.read() as connection:
        kept = [
            str(connection.exec_driver_sql(query).fetchall())
            for query in ("SELECT * FROM api_token", "SELECT * FROM audit")
        ]
    assert all(made.secret not in text and made.secret[8:] not in text for text in kept)
    assert made.secret not in json.dumps(tokens.listed_json(tokens.listed(company, person(company, ASHA))))


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(company):
    made = make(company, days=1)
    assert refused(company, made.secret, NOW + DAY)
    assert not tokens.sign_in(company, made.secret, at=NOW + DAY - SECOND).may(Capability.DEFINE)
    for wrong in ("", "kpidash_", made.secret[:-1], made.secret.upper(), f"{made.secret} ", "\udcff",
                  "kpidash_" + "0" * 64, made.token.id):  # fmt: skip
        assert refused(company, wrong)
    tokens.end(company, person(company, ASHA), made.token.id, at=NOW)
    assert refused(company, made.secret)


def test_a_token_never_outlives_what_its_person_may(company):
    everything, upload = make(company, DEV), make(company, DEV, name="upload", capabilities=[UPLOAD])
    with company.write() as connection:
        number = users.find(connection, DEV).id
        users.revoke(connection, number, Grant(Role.ANALYST, "sales"))
        users.grant(connection, number, Grant(Role.VIEWER, "metros"))
    scope = tokens.sign_in(company, everything.secret, at=NOW)
    assert (scope.departments(READ), scope.may(UPLOAD)) == ({"metros"}, False)
    assert refused(company, upload.secret)
    with company.write() as connection:
        users.disable(connection, number, NOW)
    assert refused(company, everything.secret)
    with company.write() as connection:
        users.disable(connection, number, None)
        users.revoke(connection, number, Grant(Role.VIEWER, "metros"))
    assert refused(company, everything.secret)


def test_a_grant_that_comes_later_does_not_widen_a_token(company):
    made = make(company, DEV, departments=["sales"], capabilities=[READ])
    with company.write() as connection:
        users.grant(connection, users.find(connection, DEV).id, Grant(Role.ANALYST))
    scope = tokens.sign_in(company, made.secret, at=NOW)
    assert scope.departments(READ) == {"sales", "metros"}
    assert not scope.may(UPLOAD)


@pytest.mark.parametrize(
    "capability", [Capability.DEFINE, Capability.MANAGE_USERS, Capability.AUDIT, Capability.CHECK_IN]
)
def test_nobody_lends_what_they_do_not_hold(company, capability):
    with pytest.raises(NotPermitted, match=f"{ASHA} may not"):
        make(company, capabilities=[READ, capability])
    assert not tokens.listed(company, person(company, ASHA))


def test_an_administrator_may_lend_what_administrators_may(company):
    made = make(company, ROOT, capabilities=[Capability.DEFINE, Capability.MANAGE_USERS])
    assert tokens.sign_in(company, made.secret, at=NOW).everywhere(Capability.DEFINE)
    with pytest.raises(NotPermitted):
        make(company, ROOT, name="other", capabilities=[READ])


def test_a_department_of_others_is_refused_as_one_that_is_not_there(company):
    said = []
    for code in ("service", "nosuch"):
        with pytest.raises(NotThere) as reason:
            make(company, DEV, departments=["sales", code])
        said.append(str(reason.value).replace(code, "…"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "x" * 81}, {"name": "two\nlines"}, {"days": 0}, {"days": 367},
     {"departments": []}, {"capabilities": []}, {"capabilities": ["fly"]}],
    ids=str,
)  # fmt: skip
def test_a_wrong_wish_is_refused_with_a_sentence(company, wrong):
    with pytest.raises(WrongQuestion):
        make(company, **wrong)


def test_a_token_is_good_for_a_quarter_unless_told_and_at_most_for_a_year(company):
    assert make(company).token.expires_at == NOW + 90 * DAY
    assert make(company, name="long", days=366).token.expires_at == NOW + 366 * DAY


def test_a_name_is_free_again_once_its_token_is_good_no_more(company):
    made = make(company, days=1)
    with pytest.raises(Standing, match="'job'"):
        make(company, name=" job ")
    make(company, DEV)
    make(company, at=NOW + DAY)
    assert [one.id for one in tokens.listed(company, person(company, ASHA))][1] == made.token.id


def test_of_several_who_take_one_name_at_once_one_gets_it(company):
    scope = person(company, ASHA)
    assert at_once(lambda: tokens.make(company, scope, "job", at=NOW), 6) == {"done": 1, "Standing": 5}
    assert len(tokens.listed(company, scope)) == 1


def test_who_was_just_disabled_makes_no_token_for_the_day_they_come_back(company):
    scope = person(company, ASHA)
    people.disable(company, person(company, ROOT), ASHA)
    with pytest.raises(Standing):
        tokens.make(company, scope, "job", at=NOW)


def test_a_token_makes_and_sees_no_tokens_and_ends_none(company):
    made = make(company)
    lent = tokens.sign_in(company, made.secret, at=NOW)
    with pytest.raises(NotPermitted):
        tokens.make(company, lent, "child")
    with pytest.raises(NotPermitted):
        tokens.listed(company, lent)
    with pytest.raises(NotThere):
        tokens.end(company, lent, made.token.id)


def test_a_token_neither_sees_nor_ends_the_sessions_of_its_person(company):
    begun = sessions.begin(company, ASHA, method="password", address="192.0.2.7", agent="Firefox", at=NOW)
    lent = tokens.sign_in(company, make(company).secret, at=NOW)
    assert not sessions.open_sessions(company, lent, at=NOW)
    with pytest.raises(NotThere):
        sessions.end(company, lent, [begun.id], at=NOW)
    assert [one.id for one in sessions.open_sessions(company, person(company, ASHA), at=NOW)] == [begun.id]


def test_the_system_user_is_nobody_to_make_a_token_for(company):
    with pytest.raises(Standing):
        tokens.make(company, access.system_user("root"), "job")


def test_people_see_and_end_their_own_and_an_administrator_all(company):
    mine, other = make(company), make(company, DEV)
    assert [one.id for one in tokens.listed(company, person(company, ASHA))] == [mine.token.id]
    said = []
    for wrong in (other.token.id, "f" * 32):
        with pytest.raises(NotThere) as reason:
            tokens.end(company, person(company, ASHA), wrong)
        said.append(str(reason.value).replace(wrong, "…"))
    assert said[0] == said[1]
    assert {one.id for one in tokens.listed(company, person(company, ROOT))} == {
        mine.token.id,
        other.token.id,
    }
    ended = tokens.end(company, person(company, ROOT), other.token.id, at=NOW)
    assert (ended.ended_at, ended.ended_by) == (NOW, ROOT)
    assert tokens.end(company, person(company, DEV), other.token.id, at=NOW + DAY) == ended
    assert tokens.as_json(ended)["state"] == "ended"
    assert refused(company, other.secret)
    assert tokens.sign_in(company, mine.secret, at=NOW)


def test_an_administrator_of_one_department_sees_no_tokens_of_others(company):
    with company.write() as connection:
        number = users.add(connection, "north@example.com", "North")
        users.grant(connection, number, Grant(Role.ADMINISTRATOR, "metros"))
    made = make(company)
    scope = person(company, "north@example.com")
    assert not tokens.listed(company, scope)
    with pytest.raises(NotThere):
        tokens.end(company, scope, made.token.id)


def test_making_and_ending_stands_in_the_audit_trail(company):
    made = make(company, departments=["sales"], days=2)
    tokens.end(company, person(company, ROOT), made.token.id, at=NOW)
    tokens.end(company, person(company, ROOT), made.token.id, at=NOW)
    with company.read() as connection:
        ended, began, *_ = audit.recent(connection)
        assert not audit_chain.checked(connection).flaws
    assert (began.actor, began.action, began.subject) == (ASHA, "token.make", f"token {made.token.id}")
    assert began.detail == {
        "name": "job", "capabilities": ["read", "upload"], "departments": ["sales"],
        "expires_at": "2026-11-04T09:00:00Z",
    }  # fmt: skip
    assert (ended.actor, ended.action, ended.subject) == (ROOT, "token.end", f"token {made.token.id}")
    assert ended.detail == {"name": "job", "user": ASHA}


def test_what_is_done_with_a_token_stands_in_the_audit_trail_with_its_name(company):
    lent = tokens.sign_in(company, make(company).secret, origin="192.0.2.7", at=NOW)
    uploads.ingest(company, lent, "cost.csv", b"kpi,period,value\ncost,2026-01,1\n")
    with company.read() as connection:
        newest = audit.recent(connection)[0]
    assert (newest.actor, newest.origin, newest.action) == (ASHA, "token job, 192.0.2.7", "upload.commit")


def test_the_last_use_is_noted_once_a_minute_and_changes_no_revision(company):
    made, before = make(company), company.revision()

    def used_after(passed):
        tokens.sign_in(company, made.secret, at=NOW + passed)
        return tokens.listed(company, person(company, ASHA))[0].used_at

    assert made.token.used_at is None
    assert used_after(SECOND) == NOW + SECOND
    assert used_after(MINUTE) == NOW + SECOND
    assert used_after(SECOND + MINUTE) == NOW + SECOND + MINUTE
    assert company.revision() == before
    assert refused(company, "kpidash_" + "0" * 64)


def test_a_token_of_one_department_sees_no_upload_of_another_though_its_person_made_it(company):
    asha = person(company, ASHA)
    cost = uploads.ingest(company, asha, "cost.csv", b"kpi,period,value\ncost,2026-01,1\n")
    visits = uploads.ingest(company, asha, "visits.csv", b"kpi,period,value\nvisits,2026-01-05,1\n")
    narrow = tokens.sign_in(company, make(company, departments=["sales"]).secret, at=NOW)
    seen = [one.upload.id for one in uploads.history(company, narrow)]
    assert (visits.upload_id in seen, cost.upload_id in seen) == (True, False)
    assert uploads.file(company, narrow, visits.upload_id)[0] == "visits.csv"
    for ask in (uploads.show, uploads.file, uploads.undo, uploads.outlook):
        with pytest.raises(NotThere):
            ask(company, narrow, cost.upload_id)
    wide = tokens.sign_in(company, make(company, name="wide").secret, at=NOW)
    assert uploads.file(company, wide, cost.upload_id)[0] == "cost.csv"


def test_a_file_with_rejected_rows_is_for_its_person_and_not_for_programs(company):
    dev = person(company, DEV)
    content = b"kpi,period,value\nvisits,2026-01-05,1\ncost,2026-01,7\n"
    mixed = uploads.ingest(company, dev, "mixed.csv", content, accept_valid=True)
    assert uploads.file(company, dev, mixed.upload_id) == ("mixed.csv", content)
    lent = tokens.sign_in(company, make(company, DEV).secret, at=NOW)
    with pytest.raises(NotPermitted):
        uploads.file(company, lent, mixed.upload_id)
