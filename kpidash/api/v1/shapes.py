"""The shapes of answers, as JSON schemas. Answers may have more than what stands here."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": ["number", "null"]}
TEXTS: Schema = {"type": "array", "items": TEXT}


def _object(properties: dict[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _shape(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_STANDING = {"score": NUMBER, "status": TEXT, "coverage": NUMBER}
_COUNTS = dict.fromkeys(("rows", "added", "changed", "unchanged", "rejected"), WHOLE)
_JUDGED = dict.fromkeys(
    ("actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
     "baseline_to_date", "target", "variance", "attainment", "score"),
    NUMBER,
)  # fmt: skip
_KPI = ("code", "name", "kra", "unit", "direction", "frequency", "aggregation")
_TOLD = ("notes", "flips", "warnings", "conflicts", "blocked_by", "taken_back")
_UPLOAD = {
    "upload_id": TEXT, "kind": TEXT, "state": TEXT, "committed_at": MAYBE_TEXT, "actor": TEXT,
    "file_name": MAYBE_TEXT, "digest": MAYBE_TEXT, **_COUNTS, "undoes": MAYBE_TEXT,
}  # fmt: skip

SHAPES: dict[str, Schema] = {
    "Problem": _object({"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT}),
    "Whoami": _object(
        {
            "user": TEXT,
            "capabilities": _list(
                _object({"capability": TEXT, "everywhere": {"type": "boolean"}, "departments": TEXTS})
            ),
        }
    ),
    "Window": _object({"kind": TEXT, "label": TEXT, "start": TEXT, "end": TEXT}),
    "Scorecard": _object(
        {
            "as_of": TEXT,
            "window": _shape("Window"),
            "company": _object(_STANDING),
            "departments": _list(_object({"code": TEXT, "parent": MAYBE_TEXT, **_STANDING})),
            "kras": _list(_object({"code": TEXT, "department": TEXT, **_STANDING})),
            "kpis": _list(
                _object(
                    {"code": TEXT, "kra": TEXT, **_JUDGED, "status": TEXT, "periods": WHOLE,
                     "compared_periods": WHOLE, "last_period": MAYBE_TEXT}
                )
            ),
            "hidden_reds": TEXTS,
        }
    ),
    "Kpi": _object(
        {
            **dict.fromkeys(_KPI, TEXT),
            "formula": MAYBE_TEXT,
            "as_of": TEXT,
            "window": _shape("Window"),
            "kpi": _object({**_JUDGED, "status": TEXT}),
            "series": _list(_object({"period": TEXT, "actual": NUMBER, "target": NUMBER, "status": TEXT})),
            "targets": _list({"type": "object"}),
            "segments": _list(_object({"dimension": TEXT, "segment": TEXT, "actual": NUMBER})),
        }
    ),
    "Catalogue": _object(
        {"company": {"type": "object"}, **{name: _list(_object({"code": TEXT, "name": TEXT}))
                                           for name in ("departments", "kras", "kpis")}},
        optional=("departments", "kras", "kpis"),
    ),
    "Issue": _object(
        {"row": WHOLE, "column": MAYBE_TEXT, "code": TEXT, "value": MAYBE_TEXT, "message": TEXT}
    ),
    "Receipt": _object(
        {
            "upload_id": MAYBE_TEXT,
            "state": {"enum": ["committed", "preview", "unchanged", "refused"]},
            **_COUNTS,
            "issues": _list(_shape("Issue")),
            **dict.fromkeys(_TOLD, TEXTS),
            "later": _list({"type": "object"}),
        },
        optional=(*_TOLD, "later"),
    ),
    "Uploads": _object({"uploads": _list(_object(_UPLOAD))}),
    "Upload": _object({**_UPLOAD, "values": _list({"type": "object"})}),
    "Description": {"type": "object"},
}  # fmt: skip
