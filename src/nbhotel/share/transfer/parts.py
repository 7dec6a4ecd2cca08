"""Files that are not whole yet: their names, and the checksum of what there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

#: Bytes that are read, sent or hashed at a time.
PIECE = 8 << 20
#: What the names of unfinished files end with.
SUFFIX = ".part"

#: Told how many bytes of a file are done, and of how many.
Progress = Callable[[int, int], None]


def part_name(name: str, size: int, modified: int) -> str:
    """Return the name under which a file waits until it is whole.

    It holds the source's size in bytes and its time in milliseconds, hashed: an attempt is only continued
    with the file that it was begun with. Not hidden, since Jupyter Servers refuse hidden files.
    """
    mark = hashlib.sha256(f"{size}:{modified}".encode()).hexdigest()[:8]
    return f"{name}.{mark}{SUFFIX}"


def hashed(file: BinaryIO, length: int = -1, tell: Progress | None = None) -> hashlib._Hash:
    """Return the SHA-256 of the next `length` bytes of a file (-1: of all that follow), for more to come."""
    found = hashlib.sha256()
    done = 0
    while length < 0 or done < length:
        piece = file.read(PIECE if length < 0 else min(PIECE, length - done))
        if not piece:
            break
        found.update(piece)
        done += len(piece)
        if tell:
            tell(done, length)
    return found
