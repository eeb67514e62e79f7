"""Doors for uploads: sending a file, what was sent, and taking it back."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from kpidash.api.v1.asking import Asked, Door, Parameter, answered
from kpidash.api.v1.bodies import named
from kpidash.api.v1.problems import NO_STORE, problem
from kpidash.domain.access import Capability
from kpidash.ingest.read import ReadOptions
from kpidash.services import upload_history, uploads
from kpidash.services.asked import flag_of, mapping_of, number_of
from kpidash.services.errors import WrongQuestion
from kpidash.services.receipts import Receipt

BINARY = "application/octet-stream"
KEY = "Idempotency-Key"
_KEY_LENGTH = 200


def upload(asked: Asked) -> Response:
    """Upload actuals or targets, as `kpidash ingest --json`."""
    given = dict(asked.given)
    options = {name: given.pop(name) for name in ("encoding", "delimiter", "quote", "sheet") if name in given}
    header_row, footer = given.pop("header_row", None), given.pop("footer", None)
    receipt = uploads.ingest(
        asked.database,
        asked.scope,
        given.pop("file_name", asked.sent.name),
        asked.sent.content,
        mapping=mapping_of(given.pop("map", ())),
        options=ReadOptions(
            **options, header_row=header_row, skip_footer=None if footer is None else footer == "skip"
        ),
        idempotency_key=_key(asked.headers.get(KEY)),
        **given,
    )
    return _told(receipt)


def listed(asked: Asked) -> Response:
    """The newest uploads first, as `kpidash uploads list --json`."""
    return answered(
        upload_history.as_json(upload_history.history(asked.database, asked.scope, **asked.given))
    )


def show(asked: Asked) -> Response:
    """One upload and what it changed, as `kpidash uploads show --json`."""
    return answered(upload_history.show(asked.database, asked.scope, asked.path["upload_id"]).as_json())


def original(asked: Asked) -> Response:
    """The file as it came. Its name is the uploader's."""
    name, content = upload_history.file(asked.database, asked.scope, asked.path["upload_id"])
    headers = {
        **NO_STORE,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, 200, headers, BINARY)


def undo(asked: Asked) -> Response:
    """Take an upload back, as `kpidash uploads undo --json`."""
    return _told(uploads.undo(asked.database, asked.scope, asked.path["upload_id"], **asked.given))


def _told(receipt: Receipt) -> Response:
    """201 with its address where something was written, 409 or 422 where it was refused."""
    document: dict[str, Any] = receipt.as_json()
    if receipt.state == "refused":
        status = 409 if receipt.conflicts or receipt.blocked_by else 422
        return problem(status, receipt.in_words(), more=document)
    if receipt.state == "committed":
        return answered(document, 201, headers={"Location": f"/api/v1/uploads/{receipt.upload_id}"})
    return answered(document)


def _key(text: str | None) -> str | None:
    if text is None:
        return None
    if not text.isprintable() or not 0 < len(text) <= _KEY_LENGTH:
        raise WrongQuestion(f"{KEY} is 1 to {_KEY_LENGTH} plain characters")
    return text


_SENDING = (
    Parameter(name="kind", words="Default: as the columns say.", choices=("actuals", "targets")),
    Parameter(name="dry_run", words="Say what would change; write nothing.", read=flag_of, kind="boolean"),
    Parameter(
        name="accept_valid", words="Commit the valid rows although others are rejected.", read=flag_of,
        kind="boolean",
    ),
    Parameter(name="map", words="K=V: read column K as V. Repeat for more.", many=True),
    Parameter(name="date_order", words="How 03/04/2026 is written.", choices=("dmy", "mdy", "ymd")),
    Parameter(name="decimal", words="The decimal sign of the numbers.", choices=(",", ".")),
    Parameter(name="file_name", words="What the file is called; else as the form says.", read=named),
    Parameter(name="encoding", words="The encoding of the text: utf-8, cp1252, shift_jis, …"),
    Parameter(name="delimiter", words="What splits cells: one character, or tab, semicolon, …"),
    Parameter(name="quote", words="What quotes cells: one character, or none."),
    Parameter(
        name="header_row", words="The row with the headers.", kind="integer",
        read=lambda text: number_of(text, least=1, most=999_999_999),
    ),
    Parameter(name="footer", words="Totals and notes below the table.", choices=("skip", "read")),
    Parameter(name="sheet", words="The sheet of a workbook: its name, or its number from 1."),
)  # fmt: skip
_LIMIT = Parameter(
    name="limit", words="The newest so many.", kind="integer",
    read=lambda text: number_of(text, least=1, most=upload_history.LISTED),
)  # fmt: skip
_LATER = Parameter(
    name="with_later", words="Take back later uploads of the same values first.", read=flag_of, kind="boolean"
)

DOORS = (
    Door(
        method="POST", path="/uploads", answer=upload, answers="Receipt", parameters=_SENDING,
        needs=Capability.UPLOAD, writes=True, takes_file=True,
        words="Uploads actuals or targets, all or nothing unless told otherwise. The body is the file, or a "
        "form with the file under the name 'file'; parameters may stand in the form too. With the header "
        f"{KEY}, 1 to {_KEY_LENGTH} characters, a repeated request applies once and is answered alike.",
    ),
    Door(
        method="GET", path="/uploads", words="Past uploads, the newest first.", answer=listed,
        answers="Uploads", parameters=(_LIMIT,), needs=Capability.READ,
    ),
    Door(
        method="GET", path="/uploads/{upload_id}", words="One upload: who, when, and each value it changed.",
        answer=show, answers="Upload", needs=Capability.READ,
    ),
    Door(
        method="GET", path="/uploads/{upload_id}/file", words="The file of an upload as it came.",
        answer=original, media=(BINARY,), needs=Capability.READ,
    ),
    Door(
        method="POST", path="/uploads/{upload_id}/undo", answer=undo, answers="Receipt", parameters=(_LATER,),
        needs=Capability.UPLOAD, writes=True,
        words="Takes an upload back: what was there before is there again.",
    ),
)  # fmt: skip
