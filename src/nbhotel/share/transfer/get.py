"""Fetching files."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from posixpath import dirname
from typing import BinaryIO

from nbhotel.errors import InputError, TransferError
from nbhotel.records import NamedTuple
from nbhotel.share.transfer.http import Lost
from nbhotel.share.transfer.parts import Progress, hashed, part_name
from nbhotel.share.transfer.patience import Patience
from nbhotel.share.transfer.put import Question, ask_to_replace
from nbhotel.share.transfer.stock import Entry, Files


class Fetching(NamedTuple):
    """Something on the server, and its path here."""

    entry: Entry
    local: str


def plan(files: Files, path: str, target: str, *, recursive: bool) -> list[Fetching]:
    """Return what is to be fetched or, of folders, made, in order. Raises InputError, TransferError.

    The last part of `path` may be a pattern as a shell has it. The target is a folder that is there, or the
    new name of a single file.
    """
    found = _matching(files, path)
    into = os.path.isdir(target)
    if not into and (len(found) > 1 or found[0].is_folder or target.endswith(os.sep)):
        raise InputError("there is no such folder", where=target)
    plans = [
        _walk(
            files,
            entry,
            os.path.join(target, entry.name) if into and entry.name else target,
            recursive=recursive,
        )
        for entry in found
    ]
    return [each for one in plans for each in one]


def _matching(files: Files, path: str) -> list[Entry]:
    there = files.stat(path)
    if there is not None:
        return [there]
    folder, pattern = dirname(path), path[len(dirname(path)) :].lstrip("/")
    if not set(pattern) & set("*?["):
        raise TransferError("there is no such file", where=files.server.shown(path))
    found = [entry for entry in files.listing(folder) if fnmatch.fnmatchcase(entry.name, pattern)]
    if not found:
        raise TransferError("nothing has such a name", where=files.server.shown(path))
    return found


def _walk(files: Files, entry: Entry, local: str, *, recursive: bool) -> Iterator[Fetching]:
    yield Fetching(entry, local)
    if not entry.is_folder:
        return
    if not recursive:
        raise InputError("is a folder", where=files.server.shown(entry.path), remedy="--recursive fetches it")
    for each in files.listing(entry.path):
        yield from _walk(files, each, os.path.join(local, each.name), recursive=True)


def get(files: Files, fetching: Fetching, may_replace: Question, tell: Progress) -> bool:
    """Fetch one file, from where an earlier attempt stopped; return whether it was needed.

    A file that is here already, byte for byte, is left. Raises Exists if another one is and may not be
    replaced, Lost when the connection does not come back, TransferError, InputError.
    """
    entry, local = fetching
    try:
        if entry.is_folder:
            os.makedirs(local, exist_ok=True)
            return False
        return _Get(files, entry, local).run(may_replace, tell)
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", where=local) from error


class _Get:
    """One file on its way."""

    def __init__(self, files: Files, entry: Entry, local: str) -> None:
        self._files = files
        self._entry = entry
        self._local = local
        self._part = part_name(local, entry.size, entry.modified)

    def run(self, may_replace: Question, tell: Progress) -> bool:
        if os.path.lexists(self._local):
            if self._is_same():
                tell(self._entry.size, self._entry.size)
                return False
            here = Entry(self._local, os.path.isdir(self._local), 0, 0)
            ask_to_replace(self._local, here, may_replace)
        with open(self._part, "a+b") as file:
            self._fetch(file, tell)
            file.flush()
            os.fsync(file.fileno())
        self._check(tell)
        os.replace(self._part, self._local)
        os.utime(self._local, ns=(self._entry.modified * 10**6,) * 2)
        return True

    def _is_same(self) -> bool:
        if not os.path.isfile(self._local) or os.path.getsize(self._local) != self._entry.size:
            return False
        theirs = self._files.own_sha256(self._entry)
        if not theirs:  # of a large file on a server without our extension: as good as rsync's quick check
            return os.stat(self._local).st_mtime_ns // 10**6 == self._entry.modified
        with open(self._local, "rb") as file:
            return hashed(file).hexdigest() == theirs

    def _fetch(self, file: BinaryIO, tell: Progress) -> None:
        size, patience = self._entry.size, Patience()
        have = file.seek(0, os.SEEK_END)
        while have < size:
            try:
                for block in self._files.read(self._entry.path, have):
                    file.write(block)
                    have += len(block)
                    patience.worked()
                    tell(have, size)
            except Lost as lost:
                patience.after(lost)
            else:
                if have < size:
                    raise self._changed()
        if have > size:
            file.truncate(0)
            raise self._changed()

    def _check(self, tell: Progress) -> None:
        """Compare with the server's checksum; without one, see that the file did not change meanwhile."""
        now = self._files.stat(self._entry.path)
        if now is None or (now.size, now.modified) != (self._entry.size, self._entry.modified):
            os.remove(self._part)
            raise self._changed()
        theirs = self._files.own_sha256(self._entry)
        if not theirs:
            return
        with open(self._part, "rb") as file:
            mine = hashed(file, self._entry.size, tell).hexdigest()
        if mine != theirs:
            os.remove(self._part)
            raise TransferError(
                "what arrived was not what the server has, and was removed",
                where=self._local,
                remedy="fetch it again",
            )

    def _changed(self) -> TransferError:
        return TransferError(
            "changed while it was fetched",
            where=self._files.server.shown(self._entry.path),
            remedy="fetch it again",
        )
