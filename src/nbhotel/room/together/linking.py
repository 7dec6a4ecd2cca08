"""What jupyter-collaboration is told before it starts: where to keep things, if its settings don't say so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from traitlets.config import Config

from nbhotel.room.together.file import together_file

if TYPE_CHECKING:
    from jupyter_server.extension.application import ExtensionApp
    from jupyter_server.serverapp import ServerApp

EXTENSION = "jupyter_server_ydoc"
_FILE_IDS = "jupyter_server_fileid"


def link(app: ServerApp) -> None:
    """Have shared documents kept in the user's own folder; nothing where nobody writes together."""
    extension: Any = extension_of(app, EXTENSION)
    if extension is None:
        return
    from nbhotel.room.together.store import kept_in

    file = together_file(os.environ)
    if "ystore_class" not in extension.config.YDocExtension:
        extension.ystore_class = kept_in(file)
    if not extension.session_store_path:
        # With it pages that were open go on with a server that was started again.
        extension.session_store_path = os.path.join(os.path.dirname(file), "together-sessions.json")
    _find_data_folder(app)


def extension_of(app: ServerApp, name: str) -> ExtensionApp | None:
    """Return an extension that this server loads; None if it doesn't."""
    point = app.extension_manager.extension_points.get(name)
    return point.app if point else None


def _find_data_folder(app: ServerApp) -> None:
    """Say where the ids of files are kept: when a forked process was imported, it was nobody's yet."""
    from jupyter_core.paths import jupyter_data_dir

    extension = extension_of(app, _FILE_IDS)
    if extension is not None and "db_path" not in extension.config.BaseFileIdManager:
        folder = jupyter_data_dir()
        os.makedirs(folder, mode=0o700, exist_ok=True)
        file = os.path.join(folder, "file_id_manager.db")
        extension.update_config(Config({"BaseFileIdManager": {"db_path": file}}))
