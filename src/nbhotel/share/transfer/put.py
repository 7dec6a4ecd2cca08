"""Sending files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from posixpath import join
from typing import BinaryIO

from nbhotel.errors import InputError, TransferError
from nbhotel.records import NamedTuple
from nbhotel.share.transfer.http import Lost
from nbhotel.share.transfer.parts import Progress, hashed, part_name
from nbhotel.share.transfer.patience import Pace, Patience
from nbhotel.share.transfer.stock import Entry, Exists, Files

#: Asked whether what lies at an address may be replaced.
Question = Callable[[str], bool]


class Sending(NamedTuple):
    """A file here and its path on the server; or a folder, which is only made there."""

    local: str
    remote: str
    is_folder: bool = False


def plan(files: Files, sources: list[str], target: str, *, as_folder: bool, recursive: bool) -> list[Sending]:
    """Return what is to be made and sent, in order. Raises InputError, TransferError.

    The target is a folder that is there, or (of a single file, unless `as_folder`) a name in one. Folders
    keep their names: else the same command, given again, would mean another place.
    """
    there = files.stat(target) if target else Entry("", True, 0, 0)
    into = there is not None and there.is_folder
    if not into and (as_folder or len(sources) > 1 or os.path.isdir(sources[0])):
        what = "is a file, not a folder" if there else "there is no such folder"
        raise TransferError(what, where=files.server.shown(target), remedy="make it first, or name another")
    found = []
    for source in sources:
        name = os.path.basename(os.path.abspath(source))
        found += list(_walk(source, join(target, name) if into else target, recursive=recursive))
    return found


def _walk(source: str, remote: str, *, recursive: bool) -> Iterator[Sending]:
    if os.path.isfile(source):
        yield Sending(source, remote)
        return
    if not os.path.isdir(source):
        what = "is no ordinary file" if os.path.lexists(source) else "there is no such file"
        raise InputError(what, where=source)
    if not recursive:
        raise InputError("is a folder", where=source, remedy="--recursive sends it")
    yield Sending(source, remote, is_folder=True)
    for folder, folders, names in os.walk(source):
        folders.sort()
        below = os.path.relpath(folder, source)
        there = remote if below == "." else join(remote, *below.split(os.sep))
        yield from (
            Sending(os.path.join(folder, name), join(there, name), is_folder=True) for name in folders
        )
        files = (os.path.join(folder, name) for name in sorted(names))
        yield from (
            Sending(file, join(there, os.path.basename(file))) for file in files if os.path.isfile(file)
        )


def put(files: Files, sending: Sending, may_replace: Question, tell: Progress) -> bool:
    """Send one file, from where an earlier attempt stopped; return whether it was needed.

    A file that is there already, byte for byte, is left. Raises Exists if another one is and may not be
    replaced, Lost when the connection does not come back, TransferError, InputError.
    """
    if sending.is_folder:
        files.make_folder(sending.remote)
        return False
    try:
        with open(sending.local, "rb") as file:
            return _Put(files, sending, file).run(may_replace, tell)
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", where=sending.local) from error


class _Put:
    """One file on its way."""

    def __init__(self, files: Files, sending: Sending, file: BinaryIO) -> None:
        state = os.fstat(file.fileno())
        self._files = files
        self._sending = sending
        self._file = file
        self._size = state.st_size
        self._modified = state.st_mtime_ns
        self._part = part_name(sending.remote, state.st_size, state.st_mtime_ns // 10**6)

    def run(self, may_replace: Question, tell: Progress) -> bool:
        path = self._sending.remote
        there = self._files.stat(path)
        if there is not None:
            if self._is_same(there, tell):
                tell(self._size, self._size)
                return False
            ask_to_replace(self._files.server.shown(path), there, may_replace)
        digest = self._send(tell)
        self._files.publish(self._part, path, self._size, digest, tell, replace=there is not None)
        return True

    def _is_same(self, there: Entry, tell: Progress) -> bool:
        if there.is_folder or there.size != self._size:
            return False
        return hashed(self._file).hexdigest() == self._files.sha256(there.path, self._size, tell)

    def _send(self, tell: Progress) -> str:
        """Send what the server doesn't have yet, and return the checksum of the whole."""
        patience, pace = Patience(), Pace()
        have = self._have()
        self._file.seek(0)
        digest = hashed(self._file, have)
        if not self._size:
            self._append(0, b"", patience)
        while have < self._size:
            tell(have, self._size)
            piece = self._file.read(min(pace.piece, self._size - have))
            digest.update(piece)
            with pace:
                have = self._append(have, piece, patience)
        self._has_stayed()
        return digest.hexdigest()

    def _append(self, offset: int, piece: bytes, patience: Patience) -> int:
        """Add a piece to what the server has, however often the connection breaks; return the size."""
        have = offset
        while True:
            try:
                size = self._files.append(self._part, have, piece[have - offset :])
                break
            except Lost as lost:
                patience.after(lost)
                have = self._asked_again(patience)
                if not offset <= have <= offset + len(piece):
                    raise self._disturbed() from None
        patience.worked()
        if size != offset + len(piece):
            raise self._disturbed()
        return size

    def _asked_again(self, patience: Patience) -> int:
        while True:
            try:
                return self._have()
            except Lost as lost:
                patience.after(lost)

    def _have(self) -> int:
        part = self._files.stat(self._part)
        if part is not None and part.size > self._size:
            self._files.remove(self._part)
            return 0
        return part.size if part else 0

    def _has_stayed(self) -> None:
        if os.fstat(self._file.fileno()).st_mtime_ns != self._modified:
            raise InputError("changed while it was sent", where=self._sending.local, remedy="send it again")

    def _disturbed(self) -> TransferError:
        return TransferError(
            "something else writes there, or the server takes no pieces of files",
            where=self._files.server.shown(self._part),
            remedy="try again later",
        )


def ask_to_replace(shown: str, there: Entry, may_replace: Question) -> None:
    """Raise Exists unless what is there is a file that may be replaced."""
    if there.is_folder:
        raise Exists("a folder is there already", where=shown)
    if not may_replace(shown):
        raise Exists("another file is there already", where=shown, remedy="--overwrite replaces it")
