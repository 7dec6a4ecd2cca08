"""Starts terminal cells in a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.errors import SettingsError
from nbhotel.room.api import add_routes
from nbhotel.room.shell.handlers import KERNEL, TerminalCellsChannel, TerminalCellsEndpoint
from nbhotel.room.shell.hook import leave_out
from nbhotel.room.shell.terminals import TerminalCells

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp

#: What Jupyter Server's kernel managers say when a kernel is interrupted, restarted, shut down.
_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"


def start(app: ServerApp) -> None:
    """Add the endpoints and the hook that leaves terminal cells out, and follow the kernels.

    Raises SettingsError where terminal cells are switched off, or terminals are. The hook holds there, too:
    a page that is open since before may have some.
    """
    app.contents_manager.register_pre_save_hook(leave_out)  # type: ignore[no-untyped-call]
    cells = TerminalCells(app)
    if not cells.enabled:
        raise SettingsError("terminal cells are switched off", where="TerminalCells.enabled")
    if not app.terminals_enabled:
        raise SettingsError("this server has no terminals, so no terminal cells", where="terminals_enabled")
    app.web_app.settings["nbhotel_terminal_cells"] = cells
    base = rf"shell/kernels/{KERNEL}"
    add_routes(app, [(base, TerminalCellsEndpoint), (rf"{base}/channel", TerminalCellsChannel)])
    _follow(app, cells)


def _follow(app: ServerApp, cells: TerminalCells) -> None:
    """Let each shell live as its kernel does."""
    actions = {"interrupt": cells.interrupt, "restart": cells.restart, "shutdown": cells.forget}

    async def follow(logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001
        action = actions.get(data.get("action", ""))
        if action and data.get("status") == "success":
            action(data["kernel_id"])

    assert app.event_logger  # noqa: S101 - a server has one before it loads extensions
    app.event_logger.add_listener(schema_id=_ACTIONS, listener=follow)
