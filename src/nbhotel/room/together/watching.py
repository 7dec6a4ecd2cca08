"""Follows shared documents: when they are the same as their files, and who changes them."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from jupyter_server_ydoc.utils import JUPYTER_COLLABORATION_EVENTS_URI, decode_file_path
from pycrdt import Decoder

from nbhotel.room.together.file import Author
from nbhotel.room.together.recovery import digest_of

if TYPE_CHECKING:
    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp
    from jupyter_server_ydoc.rooms import DocumentRoom
    from jupyter_server_ydoc.websocketserver import JupyterWebsocketServer

    from nbhotel.room.together.file import Kept

#: A file opened in another form is a document that is not what stands in it.
_FORMS = (("json", "notebook"), ("text", "file"))
#: What jupyter-collaboration tells when a document and its file are the same.
_SAME = ("initialize", "save", "overwrite")


class Watch:
    """Listens to one server's documents."""

    def __init__(self, app: ServerApp, documents: JupyterWebsocketServer, kept: Kept) -> None:
        self._app = app
        self._documents = documents
        self._kept = kept
        #: For each document, how many changes each of its pages has made.
        self._made: dict[str, dict[int, int]] = {}

    def listen(self) -> None:
        """Listen for as long as the server lives."""

        async def heard(logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
            del logger, schema_id
            if data.get("action") in _SAME and data.get("path"):
                try:
                    self._same(data["room"], data["path"])
                except sqlite3.Error as error:
                    self._app.log.warning("nbhotel: together: %s", error)

        assert self._app.event_logger  # noqa: S101 - a server has one before it loads extensions
        self._app.event_logger.add_listener(schema_id=JUPYTER_COLLABORATION_EVENTS_URI, listener=heard)

    def _same(self, room_id: str, path: str) -> None:
        form, kind, file_id = decode_file_path(room_id)
        if (form, kind) not in _FORMS:
            return
        file = os.path.realpath(os.path.join(str(self._app.contents_manager.root_dir), path.strip("/")))
        self._kept.set_digest(f".{kind}:{file_id}.y", digest_of(file))
        room = self._documents.rooms.get(room_id)
        if room is not None and kind == "notebook":
            self._remember_authors(room, file)

    def _remember_authors(self, room: DocumentRoom, file: str) -> None:
        """Remember those whose pages have added something since the last time."""
        before = self._made.get(room.room_id)
        now = self._made[room.room_id] = changes_by_page(room.ydoc.get_state())
        if before is None:
            return  # what the file itself said
        # Cursors, and the names at them, are what pages say; those of guests who may only read don't count.
        writers = [client for client in room.clients if not getattr(client, "only_reads", False)]
        people = {client.current_user.username: client.current_user for client in writers}
        for page, count in now.items():
            if count > before.get(page, 0):
                claimed = (room.awareness.states.get(page) or {}).get("user") or {}
                person = people.get(claimed.get("username"))
                if person is not None:
                    name = person.display_name or person.name or person.username
                    self._kept.set_author(file, Author(person.username, name, time.time()))


def changes_by_page(state: bytes) -> dict[int, int]:
    """Read a document's state vector: how many changes each page has made.

    Source: https://github.com/yjs/yjs/blob/main/README.md#example-sync-two-clients-without-loading-the-y-doc
    """
    decoder = Decoder(state)
    return {decoder.read_var_uint(): decoder.read_var_uint() for _ in range(decoder.read_var_uint())}
