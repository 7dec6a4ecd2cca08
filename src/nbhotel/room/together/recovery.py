"""What was typed and not yet saved when a server ended is saved when it starts again.

A shared document is saved a second after its last change. When a server is killed before that,
jupyter-collaboration would load the document, find that its file says something else, and take what the file
says, in all pages that were open. So the file is brought up to date first, before anybody is answered.
"""

from __future__ import annotations

import hashlib
import os
from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import ensure_async
from jupyter_ydoc import ydocs
from pycrdt import Doc, Map
from tornado.web import HTTPError

from nbhotel.room.shell.hook import is_terminal
from nbhotel.room.together.holds import is_held
from nbhotel.room.together.store import squash

if TYPE_CHECKING:
    from jupyter_server_fileid.manager import BaseFileIdManager

    from nbhotel.room.together.file import Kept


def digest_of(file: str) -> str:
    """Return the digest of a file's bytes; "" if it can't be read."""
    try:
        with open(file, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


class Recovery:
    """Goes through all documents once; `contents` is the server's contents manager."""

    def __init__(
        self, kept: Kept, contents: Any, ids: BaseFileIdManager, log: Logger | LoggerAdapter[Any]
    ) -> None:
        self._kept = kept
        self._contents = contents
        self._ids = ids
        self._log = log

    async def run(self) -> None:
        """Save what was not saved; what is wrong with one document goes to the log. Raises sqlite3.Error."""
        self._kept.forget_old()
        for name in self._kept.documents():
            try:
                if not is_held(self._kept.file, name):
                    await self._recover(name)
            except (HTTPError, OSError, RuntimeError, ValueError) as error:
                self._log.warning("nbhotel: together: %s: what was typed is not saved: %s", name, error)

    async def _recover(self, name: str) -> None:
        kind, _, file_id = name.removeprefix(".").removesuffix(".y").partition(":")
        path = str(self._ids.get_path(file_id) or "").strip("/")
        digest = digest_of(os.path.join(self._contents.root_dir, path))
        if not digest or kind not in ("notebook", "file"):
            return  # deleted, or not to be had just now
        document = self._document(name, kind)
        is_notebook = kind == "notebook"
        type_, format_ = ("notebook", "json") if is_notebook else ("file", "text")
        there = await ensure_async(self._contents.get(path, type=type_, format=format_))
        content = document.get()
        if not content or there["content"] == content:
            return
        model = {"type": type_, "format": format_, "content": content}
        if self._kept.digest(name) == digest:
            await ensure_async(self._contents.save(model, path))
            self._kept.set_digest(name, digest_of(os.path.join(self._contents.root_dir, path)))
            self._log.info("nbhotel: together: %s: saved what was typed before the server ended", path)
        elif document.dirty:
            await self._save_beside(model, path)

    def _document(self, name: str, kind: str) -> Any:
        """Return the shared document, of which one change is kept from now on."""
        doc: Doc[Any] = squash(self._kept, name)
        document = ydocs.get(kind, ydocs["file"])(doc)
        if kind == "notebook" and _leave_out_terminals(document):
            # Their shell has ended with the server: nothing of them stays on the disk.
            self._kept.add(name, doc.get_update())
            squash(self._kept, name)
        return document

    async def _save_beside(self, model: dict[str, Any], path: str) -> None:
        """Save under another name: the file itself was changed by somebody else."""
        folder, name = os.path.split(path)
        stem, ending = os.path.splitext(name)
        new = await ensure_async(
            self._contents.increment_filename(f"{stem}-unsaved{ending}", folder, insert="-")
        )
        await ensure_async(self._contents.save(model, os.path.join(folder, new)))
        told = "nbhotel: together: %s was changed elsewhere; what was typed before the server ended is in %s"
        self._log.warning(told, path, new)


def _leave_out_terminals(document: Any) -> bool:
    """Take the terminal cells out of a shared notebook; return whether there were any."""
    cells = document.ycells
    found = [at for at, cell in enumerate(cells) if isinstance(cell, Map) and is_terminal(cell.to_py() or {})]
    for at in reversed(found):
        del cells[at]
    return bool(found)
