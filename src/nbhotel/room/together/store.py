"""The store of a shared document's changes that jupyter-collaboration writes to and loads from."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from logging import Logger, LoggerAdapter, getLogger
from typing import Any, ClassVar

from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus
from pycrdt import Doc
from pycrdt.store import BaseYStore, YDocNotFound

from nbhotel.room.together.file import Kept
from nbhotel.room.together.holds import hold, release

#: So many changes are kept one by one before they become one: it bounds what is read when a server starts.
_SINGLE = 2000


class Changes(BaseYStore):
    """The changes of one document, in a file of all documents.

    jupyter-collaboration's own stores lie in the server's folder, among the user's notebooks, and grow
    without end. This one is small and private.
    """

    file: ClassVar[str]

    def __init__(
        self,
        path: str,
        metadata_callback: Callable[[], Awaitable[bytes] | bytes] | None = None,
        log: Logger | LoggerAdapter[Any] | None = None,
        config: object = None,  # noqa: ARG002 - what a store of traitlets' kind would read
    ) -> None:
        """Take the document's name; nothing is opened before `start`."""
        self.path = path
        self.metadata_callback = metadata_callback
        self.log = log or getLogger(__name__)
        self._kept: Kept | None = None
        self._single = 0

    async def start(
        self,
        *,
        task_status: TaskStatus[None] = TASK_STATUS_IGNORED,
        from_context_manager: bool = False,
    ) -> None:
        """Open the file. Without it people can work together, but a server that is killed forgets more."""
        try:
            self._kept = Kept(self.file)
            hold(self.file, self.path)
        except (OSError, sqlite3.Error) as error:
            self._complain(error)
        await super().start(task_status=task_status, from_context_manager=from_context_manager)

    async def stop(self) -> None:
        """Make one change of all, so that nothing is left of what was deleted, and close the file."""
        if self._kept:
            try:
                self._squash()
                self._kept.close()
                release(self.file, self.path)
            except (OSError, sqlite3.Error) as error:
                self._complain(error)
            self._kept = None
        await super().stop()

    async def read(self) -> AsyncIterator[tuple[bytes, bytes, float]]:
        """Yield the changes with their times. Raises YDocNotFound where there are none."""
        found = self._changes()
        if not found:
            raise YDocNotFound
        for _, data, made in found:
            yield data, b"", made

    async def write(self, data: bytes) -> None:
        """Keep a change."""
        if self._kept is None:
            return
        try:
            self._kept.add(self.path, data)
            self._single += 1
            if self._single >= _SINGLE:
                self._squash()
        except sqlite3.Error as error:
            self._complain(error)

    async def apply_updates(self, ydoc: Doc[Any]) -> None:
        """Bring a document to where it was. Raises YDocNotFound if it was never there."""
        found = self._changes()
        if not found:
            raise YDocNotFound
        for _, data, _ in found:
            ydoc.apply_update(data)

    def _changes(self) -> list[tuple[int, bytes, float]]:
        try:
            return self._kept.changes(self.path) if self._kept else []
        except sqlite3.Error as error:
            self._complain(error)
            return []

    def _squash(self) -> None:
        if self._kept:
            squash(self._kept, self.path)
        self._single = 0

    def _complain(self, error: Exception) -> None:
        self.log.warning("nbhotel: %s: shared documents are not kept there: %s", self.file, error)


def kept_in(file: str) -> type[Changes]:
    """Return the class of stores in this file: jupyter-collaboration makes one for each document."""
    return type("Changes", (Changes,), {"file": file})


def squash(kept: Kept, document: str) -> Doc[Any]:
    """Make one change of all that there are, and return the document. Raises sqlite3.Error."""
    doc: Doc[Any] = Doc()
    found = kept.changes(document)
    for _, data, _ in found:
        doc.apply_update(data)
    if len(found) > 1:
        kept.squash(document, found[-1][0], doc.get_update())
    return doc
