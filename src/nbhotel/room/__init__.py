"""The Jupyter Server side of a room: what JupyterLab and the shell ask of it beyond the unmodified server.

A server extension. It works in any Jupyter Server, in a hotel or not. Nothing is imported before a server
loads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbhotel.room"}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "nbhotel"}]


def _link_jupyter_server_extension(app: ServerApp) -> None:
    from nbhotel.room.together.linking import link

    link(app)


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from nbhotel.room.extension import load

    load(app)
