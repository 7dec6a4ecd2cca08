"""Starts what co-editing needs beyond jupyter-collaboration; nothing where that is off."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from nbhotel.errors import StateError
from nbhotel.room.together.elsewhere import add_endpoint
from nbhotel.room.together.linking import EXTENSION, extension_of
from nbhotel.room.together.pages import leave_out_what_is_disabled

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def start(app: ServerApp) -> None:
    """Save what a killed server left unsaved, and watch the documents from then on.

    Raises StateError if the file of shared documents can't be used.
    """
    extension: Any = extension_of(app, EXTENSION)
    file = str(getattr(extension.ystore_class, "file", "")) if extension else ""
    if not getattr(app.contents_manager, "root_dir", ""):
        file = ""
    add_endpoint(app, file)
    if extension is None:
        leave_out_what_is_disabled(app)
    if not file:
        return  # documents are kept in a store of another kind, or files elsewhere
    from nbhotel.room.together.file import Kept
    from nbhotel.room.together.leaving import save_at_the_end
    from nbhotel.room.together.recovery import Recovery
    from nbhotel.room.together.watching import Watch

    try:
        kept = Kept(file)
    except (OSError, sqlite3.Error) as error:
        raise StateError(
            f"shared documents can't be kept: {error}", where=file, remedy="see to the file's rights"
        ) from error
    recovery = Recovery(kept, app.contents_manager, app.web_app.settings["file_id_manager"], app.log)
    _run(app, recovery.run())
    save_at_the_end(extension)
    Watch(app, extension.ywebsocket_server, kept).listen()


def _run(app: ServerApp, recovering: Any) -> None:
    loop = app.io_loop.asyncio_loop  # type: ignore[attr-defined]  # tornado's loop is asyncio's
    if loop.is_running():
        loop.create_task(recovering)
    else:
        # The server does not listen yet: nobody sees a document before.
        loop.run_until_complete(recovering)
