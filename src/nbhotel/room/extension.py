"""Loading: each feature adds its own endpoints and hooks; without one that fails, the server still works."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nbhotel.errors import NbhotelError
from nbhotel.room.about import about

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

#: Modules with `start(app)`, which adds what the feature needs to the server, or returns False: not here.
FEATURES = (
    "nbhotel.room.saving.feature",
    "nbhotel.room.changes.feature",
    "nbhotel.room.transfer.feature",
    "nbhotel.room.journal.feature",
    "nbhotel.room.comments.feature",
    "nbhotel.room.shell.feature",
    "nbhotel.room.warm.feature",
    "nbhotel.room.publishing.feature",
    "nbhotel.room.together.feature",
    "nbhotel.room.guests.feature",
    "nbhotel.room.sharing.feature",
)


def load(app: ServerApp) -> None:
    """Start all features in a server."""
    started = [name for name in FEATURES if _start(name, app)]
    about(app, started)


def _start(name: str, app: ServerApp) -> bool:
    try:
        return import_module(name).start(app) is not False
    except NbhotelError as error:
        app.log.warning("nbhotel: %s is off: %s", name.split(".")[2], error)
        return False
    except Exception:
        app.log.exception("nbhotel: %s is switched off, since it could not be started", name.split(".")[2])
        return False
