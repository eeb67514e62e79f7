"""What each role may do with what is in the harbour, which is its own, and in the lagoon, which is not.

Written by hand, from docs/security.md and not from the policy in the code. One sign for each of the people,
in the order of `company.ROLES`: executive, head, analyst, administrator, auditor and viewer of the harbour,
nobody, and the administrator and the auditor of the whole company.

`+` it is there for this person. `-` it is answered as if it did not exist: what comes is what comes for a
department that does not exist, and tells nothing of it. `x` is refused, whatever is asked for.
"""

_READ = "+++x++x x+", "---x--x x+"
"""What can be read of the company: one's own part of it."""
_SAME = "---x--x x-", "---x--x x-"
"""Readers may ask, and are told nothing that is of a department."""
_SEEN = "+++-++- -+", "------- -+"
"""The same where others have asked already whether anything may be read."""
_UPLOAD = "xx+xxxx xx", "xx-xxxx xx"
_UPLOAD_KNOWN = "xx+xxxx xx", "xxxxxxx xx"
"""The same with what cannot be had but by forging it: no need to hide that it is there."""
_UPLOAD_SAME = "xx-xxxx xx", "xx-xxxx xx"
_DEFINE = "xxxxxxx +x", "xxxxxxx +x"
_DEFINE_SAME = "xxxxxxx -x", "xxxxxxx -x"
_MANAGE = "xxxxxxx +x", "xxxxxxx +x"
_MANAGE_SAME = "xxxxxxx -x", "xxxxxxx -x"
_MANAGE_HERE = "xxx+xxx +x", "xxxxxxx +x"
"""People may be managed for a department."""
_AUDIT = "xxxxxxx x+", "xxxxxxx x+"
_AUDIT_SAME = "xxxxxxx x-", "xxxxxxx x-"
_OWN = "------- --", "------- --"
"""Of oneself alone; everybody may."""
_OWN_OR_MANAGED = "------- +-", "------- +-"

SERVICES: dict[str, tuple[str, str]] = {
    "access.as_json": ("++++++- ++", "------- ++"),
    "accounts.own": ("++++++- ++", "------- ++"),
    "audit_trail.page": _AUDIT,
    "audit_trail.entry": _AUDIT,
    "audit_trail.choices": _AUDIT,
    "audit_trail.head": _AUDIT_SAME,
    "audit_trail.export": _AUDIT,
    "catalogue_review.definitions": _DEFINE,
    "catalogue_review.review": _DEFINE,
    "catalogue_review.apply": _DEFINE,
    "catalogues.apply_catalogue": _DEFINE,
    "catalogues.export_catalogue": _DEFINE,
    "catalogues.definitions": _READ,
    "catalogues.catalogue": _SEEN,
    "course.course_of": _SEEN,
    "demo.live.feed": _UPLOAD_SAME,
    "demo.loading.load_demo": ("xxxxxxx xx", "xxxxxxx xx"),
    "due.due": _UPLOAD,
    "due.due of one KPI": _UPLOAD,
    "events.events": _READ,
    "goalposts.goalposts": _READ,
    "health.health": _READ,
    "impact.impact_of": ("+++-++- -+", "+++-++- -+"),  # forged: but the company's score
    "kpis.detail": _READ,
    "kpis.detail of what needs others": _READ,
    "lineage.uploads_of": _READ,
    "lineage.point": _READ,
    "lineage.point of what needs others": _READ,
    "lineage.seen": _SEEN,
    "links.make": _MANAGE,
    "links.require_in_person": _OWN,
    "links.require_manager": ("xxx+xxx -x", "xxxxxxx -x"),
    "mappings.forget": _UPLOAD_SAME,
    "mappings offered by uploads.preview": _UPLOAD,
    "news.last_look": _OWN,
    "news.looked": _OWN,
    "news.news": _READ,
    "originals.state": _SEEN,
    "originals.content": _SEEN,
    "passwords.change": _OWN,
    "passwords.proven": _OWN,
    "past_uploads.listed": _READ,
    "past_uploads.listed of a KPI": _READ,
    "past_uploads.listed by a person": _READ,
    "past_uploads.people": _READ,
    "people.everyone": _MANAGE,
    "people.add": _MANAGE_SAME,
    "people.grant": _MANAGE_HERE,
    "people.revoke": _MANAGE_HERE,
    "people.disable": _MANAGE,
    "people.enable": _MANAGE,
    "periods.closed": ("------x --", "------x --"),
    "periods.close": _DEFINE_SAME,
    "periods.reopen": _DEFINE_SAME,
    "previews.previewed": _UPLOAD,
    "previews.terms_of": _SEEN,
    "roster.everybody": _MANAGE,
    "scorecards.scorecard": _READ,
    "scorecards.scorecard of a department": _READ,
    "scorecards.lines": _READ,
    "scorecards.trends": _READ,
    "scorecards.readable": _SEEN,
    "second_factor.begin": _OWN,
    "second_factor.confirm": _OWN,
    "second_factor.off": _OWN,
    "second_factor.off_for": _MANAGE,
    "segments.by_dimension": _READ,
    "segments.segment": _READ,
    "sessions.end_of": _MANAGE,
    "sessions.open_sessions": _OWN_OR_MANAGED,
    "sessions.end": _OWN_OR_MANAGED,
    "taking_back.outlook": _READ,
    "taking_back.outlook of what changed both": ("---x--x x-", "---x--x x+"),
    "taking_back.undo": _UPLOAD,
    "taking_back.undo of what changed both": ("xxxxxxx xx", "xxxxxxx xx"),
    "tokens.make": _SAME,
    "tokens.make for a department": _READ,
    "tokens.listed": _OWN_OR_MANAGED,
    "tokens.end": _OWN_OR_MANAGED,
    "upload_changes.changes_of": _READ,
    "upload_changes.changes_of what changed both": _READ,
    "upload_history.history": _READ,
    "upload_history.show": _READ,
    "upload_history.show what changed both": ("+++x++x x+", "---x--x x-"),
    "upload_history.file": _READ,
    "upload_history.file that changed both": ("xxxxxxx x+", "xxxxxxx x+"),
    "upload_history.seen_upload": _SEEN,
    "upload_history.seen_by": _SEEN,
    "uploads.preview": _UPLOAD,
    "uploads.preview of a misspelt KPI": _UPLOAD,
    "uploads.commit": _UPLOAD_KNOWN,
    "uploads.ingest": _UPLOAD,
    "uploads.ingest of a region's column": _UPLOAD,
    "uploads.ingest_frame": _UPLOAD,
    "verification.verify": _AUDIT_SAME,
    "verification.trail": _AUDIT_SAME,
    "writable.require_writable": ("xx+xxxx xx", "xxxxxxx xx"),
}
"""Functions of the services that take a Scope: in the harbour, and in the lagoon."""

INNER = {
    "links.made": "in a transaction of links.make and people.add, which look first",
    "standings.standings": "in a transaction of catalogue_review.review, which looks first",
    "upload_history.sees": "in a transaction, of an upload that others have found",
}
"""Functions that take a Scope and are asked by others of the services alone, in their transactions."""
WITHOUT_SCOPE = {
    "access.sign_in": "makes the scope",
    "access.personas": "names of people, which screens say of those whom somebody sees",
    "attempts.counted": "counts failures of people who are not known yet",
    "database.initialise": "runs where the database is made, before there is anybody",
    "links.of_token": "the link itself is the right",
    "oidc.accounts.account_of": "the provider's answer is the right; it makes the account",
    "oidc.signing_in.Door.arrive": "signs in",
    "passwords.set_by_link": "the link itself is the right",
    "sessions.begin": "called once somebody has proven who they are",
    "sessions.of_token": "the token itself is the right",
    "sessions.of_id": "behind the gate, which found the id",
    "sessions.seen": "behind the gate, which found the session",
    "sessions.leave": "the token itself is the right",
    "signed_in.SignedIn.__init__": "finds scopes",
    "signed_in.signed_in_to": "finds scopes",
    "signing_in.with_password": "signs in",
    "signing_in.with_code": "signs in",
    "tokens.sign_in": "makes the scope",
    "watching.Watcher.__init__": "tells how new the data is, and nothing of it",
    "watching.watcher_of": "tells how new the data is, and nothing of it",
}
"""Functions that take a Database and no Scope, each with the reason why it needs none."""

SCREENS: dict[str, tuple[str, str]] = {
    "": _READ,
    "?window=MONTH": _READ,
    "department?code={department}": _READ,
    "compare": _READ,
    "compare?others={department}": ("---x--x x+", "---x--x x+"),
    "kpi?code={kpi}&window=MONTH": _READ,
    "kpi?code={kpi}&point=MONTH": _READ,
    "kpi?code=harbour-share&point=MONTH": _READ,
    "kpi?code={kpi}&by=region&segment={region}": _READ,
    "scorecard": _READ,
    "scorecard?owner={clerk}": _READ,
    "mine": ("--+x--x x-", "---x--x x-"),
    "health": _READ,
    "tv": _READ,
    "upload": _UPLOAD_SAME,
    "uploads": _READ,
    "uploads?code={upload}": _READ,
    "uploads?code={both}": _READ,
    "uploads?person={clerk}": _READ,
    "uploads?kpi={kpi}": _READ,
    "periods": _DEFINE_SAME,
    "audit": _AUDIT,
    "audit?code={entry}": _AUDIT,
    "audit?text={kpi}": _AUDIT,
    "catalogue": _DEFINE,
    "catalogue?show=yaml": _DEFINE_SAME,
    "catalogue?show=review": _DEFINE_SAME,
    "people": _MANAGE,
    "people?code={clerk}": _MANAGE,
    "people?show=sessions": _MANAGE_SAME,
    "people?show=tokens": _MANAGE_SAME,
    "catalogue?kind=department&code={department}": _DEFINE,
    "account": ("++++++x --", "------x --"),
    "gallery": _SAME,
}
"""Pages with what is asked of them, MONTH being one with values: in the own department, and in the other."""

_ANYBODY, _PAGE, _INNER = (200, 200), (303, 200), (401, 200)
_NOWHERE = (401, 404)
"""Answers as an address at which nothing is."""
ROUTES: dict[str, tuple[int, int]] = {
    **{
        f"{method} /{one}": _ANYBODY
        for one in ("healthz", "readyz", "metrics")
        for method in ("GET", "HEAD")
    },
    **{
        f"{method} /{page}": _PAGE
        for page in (
            "", "department", "compare", "kpi", "scorecard", "mine", "health", "tv", "upload", "uploads",
            "periods", "audit", "gallery", "catalogue", "people", "account",
        )
        for method in ("GET", "HEAD")
    },
    **{
        f"{method} /api/v1/{door}": (401, 401)  # a cookie opens none
        for method in ("GET", "HEAD")
        for door in (
            "whoami", "scorecard", "kpis/{code}", "catalogue", "uploads", "uploads/{upload_id}",
            "uploads/{upload_id}/file", "openapi.json",
        )
    },
    "POST /api/v1/uploads": (401, 401),
    "POST /api/v1/uploads/{upload_id}/undo": (401, 401),
    **{
        f"{method} /api/{{rest:path}}": (401, 401)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
    "GET /sign-in": (200, 303), "HEAD /sign-in": (200, 303), "POST /sign-in": (401, 401),
    "GET /sign-out": (303, 200), "HEAD /sign-out": (303, 200), "POST /sign-out": (303, 303),
    "GET /link/{token}": (410, 410), "HEAD /link/{token}": (410, 410), "POST /link/{token}": (410, 410),
    **{f"{method} /_stcore/health": _INNER for method in ("GET", "HEAD")},
    "OPTIONS /_stcore/health": (401, 204),
    **{f"{method} /_stcore/metrics": _NOWHERE for method in ("GET", "HEAD", "OPTIONS")},
    **{f"{method} /_stcore/host-config": _INNER for method in ("GET", "HEAD")},
    **{f"{method} /media/{{file_id:path}}": _NOWHERE for method in ("GET", "HEAD", "OPTIONS")},
    **{
        f"{method} /_stcore/upload_file/{{session_id}}/{{file_id}}": _NOWHERE
        for method in ("PUT", "DELETE", "OPTIONS")
    },
    **{f"{method} /component/{{path:path}}": _NOWHERE for method in ("GET", "HEAD", "OPTIONS")},
    **{f"{method} /_stcore/bidi-components/{{path:path}}": _NOWHERE for method in ("GET", "HEAD")},
    "OPTIONS /_stcore/bidi-components/{path:path}": (401, 204),
    "WebSocketRoute /_stcore/stream": _INNER,  # without a websocket: the empty page
    **{
        f"{method} /{one}": _NOWHERE
        for one in ("auth/login", "auth/logout", "oauth2callback")
        for method in ("GET", "HEAD")
    },
    **{
        f"{method} /_stcore/agent/{one}": _NOWHERE
        for one in ("interact", "openapi.json", "mcp")
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
    "GET /app/static/{path:path}": (404, 404), "HEAD /app/static/{path:path}": (404, 404),
    "OPTIONS /app/static/{path:path}": (204, 204),
    "Mount ": _NOWHERE,
}  # fmt: skip
"""Each route of the app by method and path: the status for a stranger, and for anybody who is signed in."""

API = {
    "GET /api/v1/whoami": ("access.as_json", ""),
    "GET /api/v1/scorecard": ("scorecards.scorecard of a department", "department={department}&window=MONTH"),
    "GET /api/v1/kpis/{code}": ("kpis.detail", "window=MONTH"),
    "GET /api/v1/catalogue": ("catalogues.definitions", ""),
    "GET /api/v1/openapi.json": ("news.last_look", ""),
    "GET /api/v1/uploads": ("upload_history.history", ""),
    "GET /api/v1/uploads/{upload_id}": ("upload_history.show", ""),
    "GET /api/v1/uploads/{upload_id}/file": ("upload_history.file", ""),
    "POST /api/v1/uploads": ("uploads.ingest", ""),
    "POST /api/v1/uploads/{upload_id}/undo": ("taking_back.undo", ""),
}
"""Each door of the API with the service that answers, and what is asked of it."""
