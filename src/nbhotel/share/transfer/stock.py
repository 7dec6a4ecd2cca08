"""The files of an unmodified Jupyter Server: by its contents API, and `/files/` with ranges.

How it behaves is read in jupyter_server 2.21: `services/contents/largefilemanager.py` (a chunk of number 1
makes a file anew, any later one is appended), `filemanager.py`; `base/handlers.py` for `/files/`.
"""

from __future__ import annotations

import hashlib
import http.client
import json
from binascii import b2a_base64
from collections.abc import Iterator
from datetime import datetime
from posixpath import basename, join
from typing import Any

from nbhotel.errors import TransferError
from nbhotel.records import NamedTuple
from nbhotel.share.transfer.http import Lost, Refused, Server
from nbhotel.share.transfer.parts import Progress

#: Up to this size the server is asked for a checksum: it reads the whole file into its memory for that.
_HASHED_BY_SERVER = 64 << 20
#: Bytes that are read from the network at a time.
_BLOCK = 1 << 20


class Entry(NamedTuple):
    """What lies at a path: `size` in bytes (0 of folders), `modified` in milliseconds since 1970."""

    path: str
    is_folder: bool
    size: int
    modified: int

    @property
    def name(self) -> str:
        """Its name in its folder."""
        return basename(self.path)


class Exists(TransferError):
    """Something else is there already."""


class Files:
    """A server's files. Paths begin at its root, without a slash."""

    def __init__(self, server: Server) -> None:
        """Nothing is asked yet."""
        self.server = server

    def stat(self, path: str) -> Entry | None:
        """Return what lies at a path, or None. Raises Lost, Refused."""
        try:
            return _entry(self.server.ask("GET", _contents(path), "content=0"))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def listing(self, path: str) -> list[Entry]:
        """Return what lies in a folder, sorted, without what the server hides. Raises Lost, Refused."""
        found = self.server.ask("GET", _contents(path), "type=directory")["content"]
        return sorted(_entry(each)._replace(path=join(path, _sound(each["name"]))) for each in found)

    def make_folder(self, path: str) -> None:
        """Make a folder, if it isn't there, in one that is. Raises Lost, Refused, TransferError."""
        there = self.stat(path)
        if there is None:
            self.server.ask("PUT", _contents(path), content={"type": "directory"})
        elif not there.is_folder:
            raise TransferError("is a file there, not a folder", where=self.server.shown(path))

    def append(self, path: str, offset: int, piece: bytes) -> int:
        """Add bytes at the end of a file, made for the first; return its size. Raises Lost, Refused."""
        chunk = 2 if offset else 1
        head = {"type": "file", "format": "base64", "chunk": chunk, "content": ""}
        begin = json.dumps(head)[:-2].encode()
        body = b"".join((begin, b2a_base64(piece, newline=False), b'"}'))
        headers = {"Content-Type": "application/json"}
        response = self.server.send("PUT", _contents(path), body=body, headers=headers)
        model = self.server.answer(response, path)
        return int(model["size"] or 0)

    def publish(self, part: str, path: str, size: int, digest: str, tell: Progress, *, replace: bool) -> None:
        """Give a file that is whole its name, if it is what was sent. Raises Exists, Lost, TransferError."""
        if self.sha256(part, size, tell) != digest:
            self.remove(part)
            raise TransferError(
                "what arrived was not what was sent, and was removed",
                where=self.server.shown(path),
                remedy="send it again",
            )
        if not replace:
            self._rename(part, path)
            return
        # The contents API can't rename over a file: the old one steps aside, and comes back if need be.
        aside = f"{path}.replaced"
        self._rename(path, aside)
        try:
            self._rename(part, path)
        except TransferError:
            self._rename(aside, path)
            raise
        self.remove(aside)

    def sha256(self, path: str, size: int, tell: Progress | None = None) -> str:
        """Return a file's checksum: the server's own, else of what is read back. Raises Lost, Refused."""
        if size <= _HASHED_BY_SERVER:
            model = self.server.ask("GET", _contents(path), "content=0&hash=1&type=file")
            if model.get("hash_algorithm") == "sha256":
                return str(model["hash"])
        found = hashlib.sha256()
        done = 0
        for block in self.read(path, 0):
            found.update(block)
            done += len(block)
            if tell:
                tell(done, size)
        return found.hexdigest()

    def own_sha256(self, entry: Entry) -> str:
        """Return a file's checksum if the server has it without our fetching the file; else nothing."""
        return self.sha256(entry.path, entry.size) if entry.size <= _HASHED_BY_SERVER else ""

    def read(self, path: str, offset: int) -> Iterator[bytes]:
        """Yield a file's bytes from an offset, which must be less than its size. Raises Lost, Refused."""
        response = self.server.send("GET", f"files/{path}", headers={"Range": f"bytes={offset}-"})
        if response.status not in {200, 206}:
            raise self.server.refused(response, self.server.read(response), f"files/{path}")
        try:
            yield from self._blocks(response, offset if response.status == 200 else 0)
        finally:
            if not response.isclosed():
                self.server.close()  # what is left unread would be taken for the next answer

    def _blocks(self, response: http.client.HTTPResponse, skip: int) -> Iterator[bytes]:
        missing = response.length
        while missing is None or missing > 0:
            block = self.server.read(response, _BLOCK)
            if not block:
                break
            missing = None if missing is None else missing - len(block)
            yield block[skip:]
            skip = max(0, skip - len(block))
        if missing:
            self.server.close()
            raise Lost(
                "the connection broke off",
                where=self.server.origin,
                remedy="try again: it goes on from there",
            )

    def remove(self, path: str) -> None:
        """Delete a file. Raises Lost, Refused."""
        self.server.ask("DELETE", _contents(path))

    def _rename(self, path: str, new: str) -> None:
        try:
            self.server.ask("PATCH", _contents(path), content={"path": new})
        except Refused as refused:
            if refused.status == 409:
                raise Exists("is there already", where=self.server.shown(new)) from None
            raise


def _contents(path: str) -> str:
    return f"api/contents/{path}"


def _entry(model: dict[str, Any]) -> Entry:
    modified = datetime.fromisoformat(model["last_modified"])
    is_folder = model["type"] == "directory"
    return Entry(
        model["path"].strip("/"), is_folder, int(model.get("size") or 0), int(modified.timestamp() * 1000)
    )


def _sound(name: str) -> str:
    """Return a name that a server gave us: it must not lead out of the folder that we write to."""
    if name in {"", ".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise TransferError("the server tells of a file with an impossible name", where=repr(name))
    return name
