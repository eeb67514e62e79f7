"""Files as they came: each content once, in compressed parts of a fixed size."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection, insert, select

from kpidash.store import bulk
from kpidash.store.tables import original, original_kpi, original_part

PART = 1 << 20
"""Bytes of a file that one part holds, the last one less; no value of the database is larger."""

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of a file as they are kept. `size` is that of the file itself."""

    digest: str
    size: int
    parts: tuple[bytes, ...]


def packed(digest: str, content: bytes) -> Packed:
    """The content, compressed; takes about a second for 150 MB and lets other threads run meanwhile."""
    codec = pa.Codec("zstd", _LEVEL)
    whole = memoryview(content)  # whose slices are no copies
    parts = (codec.compress(whole[at : at + PART], asbytes=True) for at in range(0, len(content), PART))
    return Packed(digest, len(content), tuple(parts))


def keep(connection: Connection, upload_id: int, file: Packed, *, kpi_ids: Iterable[int]) -> None:
    """Keep the file of an upload and the KPIs that it names (none where that is not known).

    A content that is there is not written again; waits for others who are just writing it.
    """
    bulk.take_turns(connection, file.digest)
    statement = bulk.insert(connection, original).values(digest=file.digest, size=file.size)
    made = statement.on_conflict_do_nothing().returning(original.c.digest)
    if connection.execute(made).scalar_one_or_none() is not None:
        for at, part in enumerate(file.parts):
            connection.execute(insert(original_part).values(digest=file.digest, part=at, content=part))
    named = [{"upload_id": upload_id, "kpi_id": number} for number in sorted(kpi_ids)]
    if named:
        connection.execute(insert(original_kpi), named)


def size(connection: Connection, digest: str | None) -> int | None:
    """The size in bytes of the file with this digest; None where it was not kept."""
    return connection.execute(select(original.c.size).where(original.c.digest == digest)).scalar_one_or_none()


def named(connection: Connection, upload_id: int) -> frozenset[int]:
    """The KPIs that the file of the upload names; empty where nobody knows all of them."""
    query = select(original_kpi.c.kpi_id).where(original_kpi.c.upload_id == upload_id)
    return frozenset(connection.execute(query).scalars())


def content(connection: Connection, digest: str) -> bytes | None:
    """The file with this digest as it came; None where it was not kept."""
    left = size(connection, digest)
    if left is None:
        return None
    query = select(original_part.c.content).where(original_part.c.digest == digest)
    codec, parts = pa.Codec("zstd"), []
    for part in connection.execute(query.order_by(original_part.c.part)).scalars():
        parts.append(codec.decompress(part, decompressed_size=min(left, PART), asbytes=True))
        left -= len(parts[-1])
    return b"".join(parts)
