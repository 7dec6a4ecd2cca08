"""`%get`: files from the kernel's machine to the browser."""

from __future__ import annotations

import glob
import hashlib
import os
import shlex
from collections.abc import Iterator, Sequence

from nbhotel.errors import TransferError
from nbhotel.magics.talk import Answer, Data, Errand, Handler, call
from nbhotel.share.transfer.archive import zipped

#: Bytes in an answer, about.
PIECE = 2 << 20


def get(line: str) -> None:
    """Send what matches to the browser, and wait until it is there. Raises TransferError."""
    try:
        patterns = shlex.split(line)
    except ValueError as error:
        raise TransferError(str(error), where="%get") from None
    source = Source(patterns)
    call(Errand(source.handlers), {"verb": "get", "name": source.name})
    print(f"{source.name}: sent to the browser")  # noqa: T201 - the cell's output


class Source:
    """What is sent: one file as it is, or several and folders as a zip file made meanwhile."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Find what matches. Raises TransferError."""
        found = _matching(patterns)
        self._paths = found
        is_plain = len(found) == 1 and os.path.isfile(found[0])
        first = os.path.basename(found[0])
        self.name = first if is_plain else f"{first if len(found) == 1 else 'files'}.zip"
        self._size = os.path.getsize(found[0]) if is_plain else None
        self._begin()
        self.handlers: dict[str, Handler] = {"source": self._told, "read": self._read}

    def _begin(self) -> None:
        self._blocks = self._pieces()
        self._digest = hashlib.sha256()
        self._at = 0
        self._last = b""

    def _told(self, _: Data, __: Sequence[memoryview]) -> Answer:
        self._begin()
        return {"name": self.name, "size": self._size}, []

    def _read(self, data: Data, _: Sequence[memoryview]) -> Answer:
        """Answer with the bytes from an offset: those that come next, or once more those before."""
        offset = int(data["offset"])
        if offset == self._at + len(self._last):
            self._at = offset
            self._last = next(self._blocks, b"")
            self._digest.update(self._last)
        elif offset != self._at:
            raise TransferError("that part has gone by already", where=self.name, remedy="fetch it again")
        if self._last:
            return {"end": False}, [self._last]
        if self._size is not None and self._size != offset:
            raise TransferError("changed while it was fetched", where=self.name, remedy="fetch it again")
        return {"end": True, "sha256": self._digest.hexdigest()}, []

    def _pieces(self) -> Iterator[bytes]:
        if self._size is not None:
            with open(self._paths[0], "rb") as file:
                while piece := file.read(PIECE):
                    yield piece
            return
        gathered: list[bytes] = []
        for block in zipped(self._paths, os.path.commonpath(map(os.path.dirname, self._paths))):
            gathered.append(block)
            if sum(map(len, gathered)) >= PIECE:
                yield b"".join(gathered)
                gathered.clear()
        if gathered:
            yield b"".join(gathered)


def _matching(patterns: Sequence[str]) -> list[str]:
    """Return the files and folders that match, each but once. Raises TransferError."""
    if not patterns:
        raise TransferError(
            "name files, folders or patterns", where="%get", remedy="such as %get results/*.csv"
        )
    found: list[str] = []
    for pattern in patterns:
        expanded = os.path.expanduser(pattern)
        matching = [expanded] if os.path.lexists(expanded) else sorted(glob.glob(expanded, recursive=True))
        if not matching:
            raise TransferError("nothing matches", where=pattern, remedy=f"looked in {os.getcwd()}")
        found += (os.path.abspath(path) for path in matching)
    whole = sorted(set(found))
    return [path for path in whole if not any(path.startswith(each + os.sep) for each in whole)]
