"""An identity provider to run beside the tests: Canaille, with people and clients from a JSON file.

    python tests/oidc/identity_provider.py SETTINGS.json

It listens on `port` and calls itself by `public`, the address of whatever stands in front of it.
"""

import json
import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it runs on this machine alone

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory import backend as memory


class Strict(memory.MemoryBackend):
    """Its store in memory, but what is asked for has to fit in all that was said, as in its other stores.

    With version 0.3.6 one condition is enough, so that it takes an older code for the one that it is shown.
    """

    __module__ = memory.__name__  # where its models are looked for

    def do_query(self, model: type, *args: object, **wanted: object) -> list:
        """What fits each condition by itself, and so all of them."""
        ask = super().do_query
        if not wanted:
            return ask(model, *args)
        parts = [ask(model, *args, **{name: value}) for name, value in wanted.items()]
        ids = set.intersection(*({one.id for one in part} for part in parts))
        return [one for one in parts[0] if one.id in ids]


class Quiet(WSGIRequestHandler):
    """Answers at once, and without a line for each request."""

    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(settings: dict) -> None:
    """Serve until killed."""
    memory.MemoryBackend = Strict
    app = create_app(
        {
            "SECRET_KEY": settings["secret"],
            "SERVER_NAME": settings["public"],
            "PREFERRED_URL_SCHEME": "http",
            "WTF_CSRF_ENABLED": False,
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": settings["keys"]},
        },
    )
    with app.app_context():
        populate(Backend.instance, settings)
    server = make_server("localhost", settings["port"], app, handler_class=Quiet)
    print("ready", flush=True)
    server.serve_forever()


def populate(backend: Backend, settings: dict) -> None:
    """Make the clients and the people."""
    clients = {name: models.Client(client_id=name, client_name=name) for name in settings["clients"]}
    for client in clients.values():
        backend.save(client)
    for name, given in settings["clients"].items():
        audience = [clients[one] for one in given.pop("audience", [name])]
        backend.update(clients[name], audience=audience, **given)
        backend.save(clients[name])
    groups: dict[str, list] = {}
    for name, given in settings["people"].items():
        person = models.User(
            user_name=name, family_name=name, formatted_name=given["name"], emails=[given["email"]]
        )
        backend.save(person)
        backend.set_user_password(person, settings["password"])
        for group in given["groups"]:
            groups.setdefault(group, []).append(person)
    for name, members in groups.items():
        backend.save(models.Group(display_name=name, members=members))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
