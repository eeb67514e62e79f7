"""What an entry of the audit trail says in words."""

from kpidash.domain.access import Grant, Role, system_scope
from kpidash.services import audit_trail, people
from kpidash.services.audit_trail import Asked
from kpidash.ui.audit import words

ROOT = system_scope("root")
ASHA = "asha@example.com"


def test_a_change_names_what_became_another_and_nothing_that_stayed(database):
    people.add(database, ROOT, ASHA, name="Asha")
    people.grant(database, ROOT, ASHA, Grant(Role.AUDITOR))
    people.grant(database, ROOT, ASHA, Grant(Role.VIEWER))
    (entry,) = audit_trail.page(database, ROOT, Asked(action="user.grant"), count=1).entries
    assert [(one.field, one.before, one.after) for one in words.changes(entry)] == [
        ("roles", ["auditor"], ["auditor", "viewer"])
    ]
