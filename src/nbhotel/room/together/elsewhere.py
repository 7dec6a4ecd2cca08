"""`GET nbhotel/api/together/elsewhere`: whether another server of the same user has a notebook open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from nbhotel.room.api import Endpoint, add_routes, without_drive
from nbhotel.room.together.holds import is_held_elsewhere

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_FILE = "nbhotel_together_file"


def add_endpoint(app: ServerApp, file: str) -> None:
    """Answer; `file` is that of shared documents, "" where nobody writes together."""
    app.web_app.settings[_FILE] = file
    add_routes(app, [(r"together/elsewhere", Elsewhere)])


class Elsewhere(Endpoint):
    """About one notebook that is open here."""

    @authenticated
    @authorized
    def get(self) -> None:
        """Tell it."""
        file: str = self.settings[_FILE]
        self.answer({"together": bool(file), "elsewhere": bool(file) and self._is_elsewhere(file)})

    def _is_elsewhere(self, file: str) -> bool:
        path = without_drive(self.get_argument("path"))
        identity = self.settings["file_id_manager"].get_id(path)
        return identity is not None and is_held_elsewhere(file, f".notebook:{identity}.y")
