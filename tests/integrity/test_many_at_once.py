"""Many processes that upload, undo and rename on a few values at once: nothing is lost, mixed up or stuck.

By hand, for longer: `python -m tests.integrity.test_many_at_once SECONDS PROCESSES [URL]`.
"""

import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from kpidash.domain.access import system_scope
from kpidash.services import catalogues, uploads
from kpidash.services.errors import WrongQuestion
from kpidash.services.verification import verify
from kpidash.store import catalogue
from kpidash.store.engine import Database
from kpidash.store.tables import actual, actual_history, revision, upload
from tests.ingest.company import CATALOGUE, TODAY
from tests.integrity import programs

ANNA = system_scope("anna")
HEADER = "kpi,period,value,region\n"


def work(database, wait, given):
    """Do things at random for a while; returns how often each ended how."""
    number, seconds = given
    chance, told = random.Random(number), Counter()  # noqa: S311 - nothing is secret here
    person = system_scope(f"analyst-{number}")
    definitions = catalogues.export_catalogue(database, person)
    wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            told[_something(database, person, chance, definitions)] += 1
        except WrongQuestion:
            told["undone before"] += 1
        except Exception:
            told[traceback.format_exc()[-1500:]] += 1
    return told


def _something(database, person, chance, definitions):
    what = chance.random()
    if what < 0.03:
        renamed = definitions.replace("name: Visits", f"name: Visits {chance.randrange(9)}").encode()
        return catalogues.apply_catalogue(database, person, renamed, dry_run=False, prune=False).state
    if what < 0.35 and (past := uploads.history(database, person, limit=8)):
        return f"undo {uploads.undo(database, person, chance.choice(past).upload.id).state}"
    shown = uploads.preview(database, person, "file.csv", _file(chance), today=TODAY)
    if what < 0.6:
        time.sleep(chance.uniform(0, 0.05))
    return uploads.commit(database, person, shown).state


def _file(chance):
    keys = [("visits", f"2026-09-{day:02d}", "") for day in range(1, 25)]
    keys += [("revenue", f"2026-{month:02d}", f"R{at}") for month in range(4, 10) for at in range(6)]
    chosen = chance.sample(keys, chance.randint(1, len(keys) if chance.random() < 0.3 else 6))
    chance.shuffle(chosen)
    rows = [f"{kpi},{period},{chance.randrange(5)},{region}\n" for kpi, period, region in chosen]
    return (HEADER + "".join(rows)).encode()


def check(database):
    """What must be true of any database: rollups, audit, history without gaps, states, revisions."""
    assert verify(database, ANNA).differences == ()
    with database.read() as connection:
        now = connection.execute(select(revision.c.value)).scalar_one()
        kept = {row.id: row for row in connection.execute(select(upload))}
        current = connection.execute(select(actual)).all()
        past = connection.execute(select(actual_history)).all()
    revisions = sorted(row.revision for row in kept.values())
    assert len(set(revisions)) == len(revisions)
    assert all(1 <= one <= now for one in revisions)
    assert all(kept[row.source_id].state == "committed" for row in current)
    undone = {row.undoes for row in kept.values() if row.undoes and row.state == "committed"}
    assert undone == {row.id for row in kept.values() if row.state == "undone"}
    _without_overlaps(current, past, kept)
    _counted(current, past, kept)


def _without_overlaps(current, past, kept):
    """The times for which the values of a key were known follow each other."""
    known = {}
    for row in current:
        known.setdefault(row[:3], []).append((kept[row.upload_id].revision, float("inf")))
    for row in past:
        times = kept[row.upload_id].revision, kept[row.superseded_by].revision
        known.setdefault(row[:3], []).append(times)
    for times in known.values():
        ordered = sorted(times)
        assert all(begin < end for begin, end in ordered)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(ordered))


def _counted(current, past, kept):
    """Each upload set and superseded as many values as it says."""
    gave = Counter(row.upload_id for row in [*current, *past])
    took = Counter(row.superseded_by for row in past)
    for row in kept.values():
        if row.kind == "actuals":
            assert (gave[row.id], took[row.id]) == (row.added + row.changed, row.changed)
        elif row.kind == "undo":
            assert took[row.id] == row.changed


def prepared(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")


def test_many_at_once_leave_a_database_in_which_everything_fits(database, database_url):
    prepared(database)
    told = programs.at_once(work, database_url, *((number, 3.0) for number in range(4)))
    everything = sum(told, Counter())
    assert set(everything) <= KNOWN, [one for one in everything if one not in KNOWN]
    assert everything["committed"] > 0
    check(database)


KNOWN = {
    "committed",
    "refused",
    "unchanged",
    "applied",
    "undo committed",
    "undo refused",
    "undone before",
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{Path(folder) / 'many.db'}"
        opened = Database(url)
        opened.upgrade()
        prepared(opened)
        who = [(number, float(sys.argv[1])) for number in range(int(sys.argv[2]))]
        found = sum(programs.at_once(work, url, *who), Counter())
        print(*found.items(), sep="\n")
        check(opened)
        opened.dispose()
