"""After each save: the exports that `[save]` asks for, and an index that git need not be told about."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated
from traitlets import Bool, Int, Unicode, default
from traitlets.config import LoggingConfigurable

from nbhotel.room.api import Endpoint, add_routes
from nbhotel.room.saving.queue import Job, Jobs, Outcome

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
#: Seconds for which an answer is held back until the exports of the last save are made.
_PATIENCE = 30.0


class Saving(LoggingConfigurable):
    """What happens when a notebook is saved, renamed or deleted."""

    enabled = Bool(True, help="Whether to export at each save, and to have git look again.").tag(config=True)
    seconds = Int(120, min=1, help="Seconds after which the exports of one save are stopped.").tag(
        config=True
    )
    record = Unicode(help="The file that remembers which files were exported.").tag(config=True)

    @default("record")
    def _default_record(self) -> str:
        return os.path.join(jupyter_data_dir(), "nbhotel", "exports.sqlite")

    def listen(self, app: ServerApp, jobs: Jobs) -> None:
        """Make jobs of what happens to files. Must not raise later: a save would be told as failed."""
        root = os.path.realpath(app.contents_manager.root_dir)

        def saved(*, os_path: str, model: dict[str, Any], **_: Any) -> None:
            path = os.path.realpath(os_path)
            if model["type"] == "notebook" and path.endswith(".ipynb") and _is_concerned(path):
                jobs.add(Job("save", path))

        async def happened(logger: object, schema_id: str, data: dict[str, Any]) -> None:
            del logger, schema_id
            if data["action"] == "rename":
                jobs.add(Job("move", _named(root, data["path"]), _named(root, data["source_path"])))
            elif data["action"] == "delete":
                jobs.add(Job("remove", _named(root, data["path"])))

        app.contents_manager.register_post_save_hook(saved)  # type: ignore[no-untyped-call]
        if app.event_logger is not None:
            app.event_logger.add_listener(schema_id=_EVENTS, listener=happened)


def start(app: ServerApp) -> None:
    """Add the hooks and the endpoint."""
    saving = Saving(parent=app)
    jobs = Jobs(saving.record, saving.seconds, saving.log)
    if saving.enabled:
        saving.listen(app, jobs)
    app.web_app.settings["nbhotel_saving"] = jobs
    add_routes(app, [(r"saving/status", Status)])


class Status(Endpoint):
    """How the exports of a notebook's last save went."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answer when they are made."""
        path = self.local_path(self.get_query_argument("path"))
        future = self.settings["nbhotel_saving"].latest(path)
        if future is None:
            self.answer(_told("none", Outcome(), path))
            return
        waiting = asyncio.wrap_future(future)
        done, _ = await asyncio.wait([waiting], timeout=_PATIENCE)
        self.answer(_told("done", await waiting, path) if done else _told("pending", Outcome(), path))


def _told(state: str, outcome: Outcome, path: str) -> dict[str, Any]:
    exports = [os.path.relpath(each, os.path.dirname(path)) for each in outcome.exports]
    return {"state": state, "exports": exports, "problems": [*outcome.problems]}


def _is_concerned(path: str) -> bool:
    """Return whether there is a configuration or a repository: a few looks at folders, before any process."""
    from nbhotel.chain.config import FILES

    folder = os.path.dirname(path)
    while True:
        if any(os.path.lexists(os.path.join(folder, name)) for name in (*FILES, ".git")):
            return True
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def _named(root: str, path: str) -> str:
    """Return the absolute path of a file that may be gone: links in the folder's path are followed."""
    folder, name = os.path.split(os.path.join(root, path.strip("/")))
    return os.path.join(os.path.realpath(folder), name)
