"""A commit that has written everything and not ended yet: what others meet in the meantime."""

from collections.abc import Iterator
from contextlib import contextmanager

from kpidash.domain.access import Scope
from kpidash.ingest.commit import Batch
from kpidash.ingest.commit import commit as apply_changes
from kpidash.services.previews import Preview
from kpidash.store.engine import Database


@contextmanager
def on_the_way(database: Database, shown: Preview, scope: Scope) -> Iterator[int]:
    """The number of the upload, whose transaction ends with the block."""
    batch = Batch(
        kind=shown.kind,
        scope=scope,
        file_name=shown.file_name,
        digest=shown.digest,
        rows=shown.rows,
        idempotency_key=shown.token,
        revision=shown.revision,
        new_segments=shown.new_segments,
    )
    with database.write() as connection:
        yield apply_changes(connection, shown.changes, batch)
