"""What a client sends to kernels of a running server, over real websockets."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import websocket

from tests.browser.lab import TOKEN, Lab

#: Seconds; the server pings twice a minute, which a socket's own timeout takes for an answer.
_PATIENCE = 20
#: Seconds until the journal has made up for what was not heard.
_MISSED = 2


class Client:
    """A client of one kernel, such as a notebook that is open in Lab."""

    def __init__(self, lab: Lab, kernel: str) -> None:
        self.kernel = kernel
        self.session = uuid.uuid4().hex
        address = f"{lab.url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
        self.socket = websocket.create_connection(
            f"{address}?session_id={self.session}&token={TOKEN}", timeout=_PATIENCE
        )

    def send(self, code: str, cell: str = "", **content: Any) -> str:
        """Send code as Lab does it; return the id of the message."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "session": self.session}
        header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        asked = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, **content}
        metadata = {"cellId": cell} if cell else {}
        self.socket.send(
            json.dumps(
                {
                    "channel": "shell",
                    "header": header,
                    "parent_header": {},
                    "metadata": metadata,
                    "content": asked,
                }
            )
        )
        return message

    def wait(self, message: str) -> None:
        """Wait for the reply to this message, and for the kernel to be idle, which may be missed."""
        deadline = time.monotonic() + _PATIENCE
        missing = {"execute_reply", "idle"}
        try:
            while missing and time.monotonic() < deadline:
                heard = json.loads(self.socket.recv())
                if heard["parent_header"].get("msg_id") == message:
                    missing -= {heard["msg_type"], heard["content"].get("execution_state")}
                if missing == {"idle"}:
                    self.socket.settimeout(_MISSED)
        except websocket.WebSocketTimeoutException:
            pass
        self.socket.settimeout(_PATIENCE)
        assert missing <= {"idle"}

    def run(self, code: str, cell: str = "", **content: Any) -> None:
        self.wait(self.send(code, cell, **content))


@contextmanager
def client(lab: Lab, path: str, kind: str = "notebook", spec: str = "python3") -> Iterator[Client]:
    """Open a session as Lab does it, with a kernel of its own that is shut down at the end."""
    asked = {"path": path, "name": path, "type": kind, "kernel": {"name": spec}}
    session = lab.ask("api/sessions", "POST", asked)
    opened = Client(lab, session["kernel"]["id"])
    try:
        yield opened
    finally:
        opened.socket.close()
        lab.ask(f"api/sessions/{session['id']}", "DELETE")
