"""How much may be sent here, counted as it comes: what a request says of its length can only refuse it."""

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from kpidash.api.places import Place
from kpidash.api.refusals import Refusal
from kpidash.settings import Settings

SMALL = 64 * 1024
"""Bytes of a form, or of anything else that is no file."""
FRAME = 1024 * 1024
"""Bytes of one message of a screen: what was typed and chosen on it."""
_AROUND = 1024 * 1024
"""Bytes that the form around an uploaded file may take."""


def limit(place: Place, found: Settings) -> int:
    """The most bytes of a body."""
    return found.max_upload_bytes + _AROUND if place in {Place.UPLOAD, Place.API} else SMALL


def limited(receive: Receive, headers: Headers, most: int) -> Receive:
    """`receive` up to `most` bytes; Refusal for more, at once where the request says so itself."""
    said = headers.get("content-length", "0")
    if not said.isascii() or not said.isdigit():
        raise Refusal(400, "The length of this request is no number.")
    if int(said) > most:
        raise _too_large()
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise _too_large()
        return message

    return counted


def _too_large() -> Refusal:
    return Refusal(413, "This is larger than this server takes.", {"Connection": "close"})
