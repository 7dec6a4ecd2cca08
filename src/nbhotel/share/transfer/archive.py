"""A folder as a zip file, made while it is sent: nothing is written to disk, little is held in memory."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

#: Bytes read at a time.
_BLOCK = 1 << 20


def zipped(paths: list[str], top: str) -> Iterator[bytes]:
    """Yield the zip file of files and folders, whose names in it are relative to `top`. Raises OSError.

    Links to folders are not followed; what is no file or folder is left out.
    """
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in _all_of(paths):
            info = _info(path, os.path.relpath(path, top))
            if info.is_dir():
                archive.writestr(info, b"")
                continue
            with open(path, "rb") as file, archive.open(info, "w", force_zip64=True) as entry:
                while block := file.read(_BLOCK):
                    entry.write(block)
                    yield from sink.taken()
            yield from sink.taken()
    yield from sink.taken()


def _all_of(paths: list[str]) -> Iterator[str]:
    for path in paths:
        yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (os.path.join(folder, name) for name in folders)
            files = (os.path.join(folder, name) for name in sorted(names))
            yield from (file for file in files if os.path.isfile(file))


def _info(path: str, name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


class _Sink(io.RawIOBase):
    """What a ZipFile writes to: a stream that can't seek, emptied as it fills."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: Buffer) -> int:
        self._blocks.append(bytes(block))
        return len(self._blocks[-1])

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since."""
        found = b"".join(self._blocks)
        self._blocks.clear()
        if found:
            yield found
