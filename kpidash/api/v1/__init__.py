"""The API: what the command line answers with `--json`, over HTTP, for programs that have a token.

Whoever asks is known by the `Authorization: Bearer` header alone, never by a cookie, so no page of another
site can make a browser ask in somebody's name.
"""
