"""Endpoints of terminal cells: which there are (JSON), and a channel on which they run (a websocket)."""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.web import HTTPError, authenticated
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from nbhotel.room.api import Endpoint, below
from nbhotel.room.shell.memory import Cell

if TYPE_CHECKING:
    from nbhotel.room.shell.session import Session
    from nbhotel.room.shell.terminals import TerminalCells

#: A kernel's id in a path.
KERNEL = r"(?P<kernel_id>[\w-]+)"

#: What the server's authorizer is asked about, as for terminals.
_RESOURCE = "terminals"


class TerminalCellsEndpoint(Endpoint):
    """The terminal cells of a kernel."""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Tell what runs them, and those that there are with their outputs."""
        backend, why = backend_of(self, kernel_id)
        session = session_of(self, kernel_id)
        jobs = {job.cell: job.model() for job in session.jobs}
        cells = [{**cell._asdict(), "job": jobs.get(cell.id)} for cell in session.cells]
        self.answer({"backend": backend, "why": why, "cells": cells})

    @authenticated
    @authorized
    async def patch(self, kernel_id: str) -> None:
        """Remember cells as they are now, and forget those that were deleted."""
        backend_of(self, kernel_id)
        body = self.body()
        try:
            cells = [Cell(str(each["id"]), str(each["source"]), str(each["after"])) for each in body["cells"]]
            gone = [str(each) for each in body.get("gone", [])]
            session_of(self, kernel_id).cells.change(cells, gone)
        except (KeyError, TypeError, ValueError) as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"terminal cells: {error}") from error
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class TerminalCellsChannel(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Runs terminal cells, and tells all pages of a notebook what they print.

    Messages are JSON objects. From the client: `run` (job, cell, source, path, columns), `input` (text),
    `interrupt`. From the server: `job` (all of a run, first of all), `state`, `output`, `error`.
    """

    auth_resource = _RESOURCE

    @ws_authenticated
    async def get(self, kernel_id: str) -> None:
        """Open the channel, for who may execute in terminals."""
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "execute", _RESOURCE)
        ):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if backend_of(self, kernel_id)[0] != "shell":
            raise HTTPError(
                HTTPStatus.CONFLICT, "this kernel runs on another machine: no shell of this server"
            )
        self.session = session_of(self, kernel_id)
        await super().get(kernel_id=kernel_id)

    def set_default_headers(self) -> None:
        """JupyterHandler's are for pages, not for websockets."""

    def open(self, kernel_id: str) -> None:  # noqa: ARG002
        """Start to tell what happens."""
        super().open()
        self.session.listen(self.tell)

    def on_message(self, message: str | bytes) -> None:
        """Do what the client asks for."""
        try:
            asked = json.loads(message)
            self._do(asked)
        except (KeyError, TypeError, ValueError, HTTPError) as error:
            what = getattr(error, "log_message", None) or f"{type(error).__name__}: {error}"
            self.tell({"type": "error", "message": f"terminal cells: a message was not understood ({what})"})

    def on_close(self) -> None:
        """Tell no more; the cells run on."""
        if hasattr(self, "session"):
            self.session.leave(self.tell)

    def tell(self, event: dict[str, Any]) -> None:
        """Send a message."""
        try:
            self.write_message(json.dumps(event))
        except WebSocketClosedError:
            self.on_close()

    def _do(self, asked: dict[str, Any]) -> None:
        kind = asked["type"]
        if kind == "run":
            self.session.folder = folder_of(self, str(asked["path"]))
            size = (24, max(20, min(500, int(asked["columns"]))))
            self.session.run(str(asked["job"]), str(asked["cell"]), str(asked["source"]), size)
        elif kind == "input":
            self.session.type(str(asked["text"]))
        elif kind == "interrupt":
            self.session.interrupt()
        else:
            raise ValueError(f"type {kind!r}")


def backend_of(handler: JupyterHandler, kernel_id: str) -> tuple[str, str]:
    """Return what runs the cells of a kernel (see TerminalCells.backend). Raises HTTPError without it."""
    try:
        return _cells(handler).backend(kernel_id)
    except KeyError as error:
        raise HTTPError(HTTPStatus.NOT_FOUND, f"no kernel {kernel_id} runs; start one") from error


def session_of(handler: JupyterHandler, kernel_id: str) -> Session:
    """Return the session of a kernel."""
    return _cells(handler).session(kernel_id)


def folder_of(handler: JupyterHandler, path: str) -> str:
    """Return the folder of a notebook on this machine. Raises HTTPError."""
    root = getattr(handler.contents_manager, "root_dir", None)
    return os.path.dirname(below(str(root), path)) if root else ""


def _cells(handler: JupyterHandler) -> TerminalCells:
    found: TerminalCells = handler.settings["nbhotel_terminal_cells"]
    return found
