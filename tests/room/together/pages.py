"""A page that has a shared notebook open: the protocol that Lab speaks, without a browser.

Source: https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

import websocket
from jupyter_ydoc import YNotebook
from pycrdt import (
    Awareness,
    Doc,
    YMessageType,
    YSyncMessageType,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

from tests.browser.lab import TOKEN, Lab


class OpenNotebook:
    """What one person sees of a notebook and does to it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.doc: Doc[Any] = Doc()
        self.notebook = YNotebook(self.doc)
        self._session = ""
        self._socket = websocket.WebSocket()

    def connect(self, lab: Lab) -> None:
        """Connect to a server, and have what it has, and it what we have; a second time as Lab reconnects."""
        if not self._session:
            asked = json.dumps({"format": "json", "type": "notebook"}).encode()
            url = f"{lab.url}/api/collaboration/session/{quote(self.path)}?token={TOKEN}"
            with urllib.request.urlopen(
                urllib.request.Request(url, asked, method="PUT"), timeout=30
            ) as answer:
                given = json.load(answer)
            self._session = given["sessionId"]
            self._room = f"json:notebook:{given['fileId']}"
        query = urlencode({"sessionId": self._session, "token": TOKEN})
        url = f"{lab.url.replace('http', 'ws', 1)}/api/collaboration/room/{self._room}?{query}"
        self._socket = websocket.create_connection(url, timeout=20)
        self._socket.send_binary(create_sync_message(self.doc))
        self._receive(YSyncMessageType.SYNC_STEP1)
        self._receive(YSyncMessageType.SYNC_STEP2)

    def say_who(self, lab: Lab) -> str:
        """Tell the others who is here, as the server knows us; return that name."""
        identity: dict[str, Any] = lab.ask("api/me")["identity"]
        awareness = Awareness(self.doc)
        awareness.set_local_state({"user": identity})
        state = awareness.encode_awareness_update([self.doc.client_id])
        self._socket.send_binary(create_awareness_message(state))
        return str(identity["username"])

    def type(self, cell: int, text: str) -> None:
        """Add text to the end of a cell; without a connection it stays here."""
        before = self.doc.get_state()
        source = self.notebook.ycells[cell]["source"]
        source += text  # in place: it is a part of the document
        self.notebook.dirty = True
        if self._socket.connected:
            self._socket.send_binary(create_update_message(self.doc.get_update(before)))

    def add_cell(self, cell: dict[str, Any]) -> None:
        """Add a cell at the end."""
        before = self.doc.get_state()
        self.notebook.append_cell(cell)
        self._socket.send_binary(create_update_message(self.doc.get_update(before)))

    def sources(self) -> list[str]:
        return [str(cell["source"]) for cell in self.notebook.get()["cells"]]

    def catch_up(self, text: str) -> None:
        """Receive what others do until this text is there."""
        while text not in "".join(self.sources()):
            self._receive(YSyncMessageType.SYNC_UPDATE)

    def close(self) -> None:
        self._socket.close()

    def _receive(self, kind: YSyncMessageType) -> None:
        """Handle messages until one of this kind has come."""
        while True:
            message = self._socket.recv()
            assert isinstance(message, bytes), message
            if message[0] != YMessageType.SYNC:
                continue
            reply = handle_sync_message(message[1:], self.doc)
            if reply is not None:
                self._socket.send_binary(reply)
            if message[1] == kind:
                return
