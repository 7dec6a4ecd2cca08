"""`GET nbhotel/api`: which features this server has; `GET nbhotel/api/openapi.json`: what they answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from nbhotel import __version__
from nbhotel.room.api import Endpoint, add_routes

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


#: What somebody else than the room's owner can use; who may do what is decided in `room.guests`.
VISITORS = ("comments", "guests", "shell")


def about(app: ServerApp, started: Sequence[str]) -> None:
    """Add both endpoints; `started` are the modules of the features that run."""
    features = sorted(name.split(".")[2] for name in started)
    app.web_app.settings["nbhotel_features"] = features
    add_routes(app, [(r"/?", About), (r"openapi\.json", Description)])


class About(Endpoint):
    """The features."""

    @authenticated
    @authorized
    def get(self) -> None:
        """Tell the version and the features."""
        features: list[str] = self.settings["nbhotel_features"]
        if getattr(self, "is_visitor", False):
            features = [name for name in features if name in VISITORS]
        self.answer({"version": __version__, "features": features})


class Description(Endpoint):
    """The endpoints, described."""

    @authenticated
    @authorized
    def get(self) -> None:
        """Send the OpenAPI description."""
        self.answer(described())


@cache
def described() -> dict[str, Any]:
    """Return the description of all endpoints: each feature describes its own in `openapi/NAME.json`."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "nbhotel's room", "version": __version__},
        "paths": {},
        "components": {"schemas": {}},
    }
    for file in sorted(files("nbhotel.room").joinpath("openapi").iterdir(), key=lambda each: each.name):
        part = json.loads(file.read_text(encoding="utf-8"))
        whole["paths"] |= part["paths"]
        whole["components"]["schemas"] |= part.get("components", {}).get("schemas", {})
    return whole
