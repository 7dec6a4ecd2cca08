"""The journal's start in a server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from nbhotel.room.api import add_routes, without_drive
from nbhotel.room.journal.handlers import Rebuild, Runs, SingleRun, State
from nbhotel.room.journal.listening import Ears
from nbhotel.room.journal.passing import read_passing
from nbhotel.room.journal.recorder import Recorder
from nbhotel.room.journal.settings import Journal
from nbhotel.room.journal.writer import Writer

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def start(app: ServerApp) -> None:
    """Listen to the server's kernels, unless the settings forbid it, and answer questions."""
    settings = Journal(parent=app)
    writer = Writer(settings, app.log, lambda: _notebooks(app))
    if settings.enabled:
        recorder = Recorder(writer.keep, output_head=settings.output_head)
        # Kept for the server's life: all that is heard goes through it.
        ears = app.web_app.settings["nbhotel_journal_ears"] = Ears(app, recorder)
        read_passing(app, ears, recorder)
    app.web_app.settings["nbhotel_journal"] = (settings, writer)
    add_routes(
        app,
        [
            (r"journal", State),
            (r"journal/runs", Runs),
            (r"journal/runs/(\d{1,18})", SingleRun),
            (r"journal/rebuild", Rebuild),
        ],
    )


async def _notebooks(app: ServerApp) -> dict[str, str]:
    """Return the path of the notebook of each kernel, by the kernel's id."""
    sessions: list[dict[str, Any]] = await ensure_async(app.session_manager.list_sessions())
    root = getattr(app.contents_manager, "root_dir", "") or ""
    return {
        session["kernel"]["id"]: _path(str(root), session["path"])
        for session in sessions
        if session["type"] == "notebook" and session["kernel"]
    }


def _path(root: str, path: str) -> str:
    """Where a notebook lies, by links' real names."""
    found = without_drive(path)
    return os.path.realpath(os.path.join(root, found)) if root else found
