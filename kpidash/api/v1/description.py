"""What the API is, as an OpenAPI document, written from its doors."""

import re
from collections.abc import Sequence
from typing import Any

from kpidash.api.v1.asking import Door, Parameter
from kpidash.api.v1.problems import MEDIA_TYPE
from kpidash.api.v1.shapes import SHAPES

BASE = "/api/v1"
_FAILURES = {
    "400": "The question makes no sense as it was put.",
    "401": "There is no token, or none that is good.",
    "403": "The token may not do this.",
    "404": "There is no such thing, or it is not this token's to know of.",
    "500": "Something that should not have happened.",
    "503": "The database cannot be used now.",
}
_STANDING = {"409": "As things stand it cannot be done."}
_UPLOADING = {
    "413": "The file is larger than is taken.",
    "422": "The file was refused; `issues` say where and why.",
}


def description(doors: Sequence[Door]) -> dict[str, Any]:
    """The document for these doors."""
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        paths.setdefault(BASE + door.path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kpidash",
            "version": "1",
            "description": "KPIs under their key result areas, against their targets: what the command line "
            "answers with --json. Times are UTC with Z, days ISO 8601, missing numbers null.",
        },
        "paths": paths,
        "components": {
            "schemas": SHAPES,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(door: Door) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", door.path)
    ]
    needs = f" Needs the capability {door.needs}." if door.needs else ""
    found: dict[str, Any] = {
        "operationId": door.answer.__name__.strip("<>"),
        "summary": door.words,
        "description": (door.words + needs),
        "parameters": [*named, *(_parameter(one) for one in door.parameters)],
        "responses": _responses(door),
    }
    if door.takes_file:
        found["requestBody"] = _file()
    return found


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": one.kind}
    if one.choices:
        schema["enum"] = list(one.choices)
    if one.many:
        schema = {"type": "array", "items": schema}
    return {"name": one.name, "in": "query", "description": one.words, "schema": schema}


def _responses(door: Door) -> dict[str, Any]:
    schema = {"schema": {"$ref": f"#/components/schemas/{door.answers}"}} if door.answers else {}
    content = {media: schema if media == "application/json" else {} for media in door.media}
    done = {"200": {"description": "The answer.", "content": content}}
    if door.writes:
        done["201"] = {"description": "Something was written; Location has its address.", "content": content}
    failures = {**_FAILURES, **(_STANDING if door.writes else {}), **(_UPLOADING if door.takes_file else {})}
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        **done,
        **{status: {"description": said, "content": problem} for status, said in failures.items()},
    }


def _file() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    return {
        "required": True,
        "content": {"application/octet-stream": {}, "text/csv": {}, "multipart/form-data": {"schema": form}},
    }
