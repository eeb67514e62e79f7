"""The file in the body of a request: by itself or in a form, never more of it than is taken."""

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from kpidash.api.v1.asking import Sent
from kpidash.api.v1.problems import TooLarge
from kpidash.services.errors import WrongQuestion

FORM = "multipart/form-data"
AROUND = 64 * 1024
"""Bytes that the form around a file may take."""
FIELDS = 50
_NAME_LENGTH = 255


async def received(request: Request, most: int) -> Sent:
    """The file that was sent, of at most `most` bytes.

    Raises TooLarge for more, at once where the request says so itself, and WrongQuestion for a form that is
    none or has not just one file.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    bound = most + AROUND if kind == FORM else most
    said = request.headers.get("content-length", "0")
    if said.isascii() and said.isdigit() and int(said) > bound:
        raise _too_large(most)
    if kind == FORM:
        return await _form(_counted(request, bound, most), most)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > most:
            raise _too_large(most)
    if not content:
        raise WrongQuestion("there is no file in the body of the request")
    return Sent("upload", bytes(content))


def named(text: str) -> str:
    """The name of a file, as the list of uploads is to show it."""
    name = text.strip()
    if not name.isprintable() or not 0 < len(name) <= _NAME_LENGTH:
        raise WrongQuestion(f"a file has a name of 1 to {_NAME_LENGTH} plain characters")
    return name


def _counted(request: Request, bound: int, most: int) -> Request:
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > bound:
            raise _too_large(most)
        return message

    return Request(request.scope, receive)


async def _form(request: Request, most: int) -> Sent:
    try:
        async with request.form(max_files=1, max_fields=FIELDS, max_part_size=AROUND) as form:
            fields = tuple((name, value) for name, value in form.multi_items() if isinstance(value, str))
            files = [(name, one) for name, one in form.multi_items() if not isinstance(one, str)]
            if [name for name, _ in files] != ["file"]:
                raise WrongQuestion("the form has no file under the name 'file'")
            content = await files[0][1].read(most + 1)
            if len(content) > most:
                raise _too_large(most)
            return Sent(named(files[0][1].filename or "upload"), content, fields)
    except (MultiPartException, HTTPException) as problem:
        said = problem.detail if isinstance(problem, HTTPException) else problem.message
        raise WrongQuestion(f"the form cannot be read: {said}") from None


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The file is larger than the {most / 1_000_000:g} MB that are taken; split it.")
