"""What the endpoints share: where they stand, how a path is found on this machine, how errors are told.

All of them answer with JSON. What goes wrong has the form that Jupyter Server's own endpoints give it, with
a `message` that says what, where and what to do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError

from nbhotel.errors import NbhotelError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

#: Where all endpoints stand, below the server's base URL.
ROOT = "nbhotel/api"

#: A pattern of paths, and what answers there.
Route = tuple[str, type[JupyterHandler]]


def add_routes(app: ServerApp, routes: Sequence[Route]) -> None:
    """Add endpoints; their paths are below ROOT."""
    base = app.web_app.settings["base_url"]
    handlers = [(url_path_join(base, ROOT, path), handler) for path, handler in routes]
    app.web_app.add_handlers(".*$", handlers)  # type: ignore[no-untyped-call]


class Endpoint(APIHandler):
    """One endpoint. Methods must be decorated with `tornado.web.authenticated` and `authorized`."""

    #: What the server's authorizer is asked about.
    auth_resource = "contents"

    def local_path(self, path: str) -> str:
        """Return where a file of the contents API lies on this machine. Raises HTTPError.

        `path` is relative to the server's root, as Lab has it.
        """
        root = getattr(self.contents_manager, "root_dir", None)
        if not root:
            raise HTTPError(
                HTTPStatus.NOT_IMPLEMENTED, "this server's files don't lie in a folder of this machine"
            )
        return below(str(root), path)

    def body(self) -> dict[str, Any]:
        """Return the JSON object that was sent. Raises HTTPError."""
        found = self.get_json_body()
        if not isinstance(found, dict):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "a JSON object was expected")
        return found

    def answer(self, value: object) -> None:
        """Send JSON."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(value))


def below(root: str, path: str) -> str:
    """Return the real path of `path`, which must lie below `root`, links followed. Raises HTTPError."""
    top = os.path.realpath(root)
    found = os.path.realpath(os.path.join(top, without_drive(path)))
    if found != top and not found.startswith(top.rstrip(os.sep) + os.sep):
        raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is not below the folder that this server shows")
    return found


def without_drive(path: str) -> str:
    """Return a path as the contents API has it: Lab's drive for people who write together is no folder."""
    return path.removeprefix("RTC:").strip("/")


def refused(error: NbhotelError, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> HTTPError:
    """Return what the client is told of an expected error."""
    return HTTPError(status, str(error), reason=type(error).__name__)
