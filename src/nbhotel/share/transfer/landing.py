"""The receiving side, on the machine where files land: pieces into a part, the part under its name."""

from __future__ import annotations

import errno
import os

from nbhotel.errors import TransferError
from nbhotel.records import NamedTuple
from nbhotel.share.transfer.parts import SUFFIX, hashed, part_name


class Full(TransferError):
    """The disk, or the user's share of it, is full."""


class Taken(TransferError):
    """There is something under the name already."""


class Wrong(TransferError):
    """What arrived is not what was sent."""


class Landing(NamedTuple):
    """Where a file is to land: its `path` and its `part`, and what is there of either now."""

    path: str
    part: str
    have: int
    is_there: bool


def prepare(path: str, size: int, modified: int) -> Landing:
    """Return where a file of so many bytes, `modified` (milliseconds), lands. Raises TransferError."""
    folder = os.path.dirname(path)
    if os.path.isdir(path):
        raise Taken("a folder is there already", where=path)
    if not os.path.isdir(folder):
        raise TransferError("there is no such folder", where=folder)
    if not os.access(folder, os.W_OK):
        raise TransferError("is a folder that can't be written to", where=folder)
    part = part_name(path, size, modified)
    have = size_of(part)
    if have > size:
        os.remove(part)
        have = 0
    return Landing(path, part, have, os.path.lexists(path))


def size_of(path: str) -> int:
    """Return the size of a file in bytes; 0 if there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def append(part: str, offset: int, piece: bytes | memoryview) -> int:
    """Write a piece where it belongs and return the part's size. Raises TransferError.

    A piece that is there already may come again, after a lost answer; none may leave a gap.
    """
    if not part.endswith(SUFFIX):
        raise TransferError("is not the name of a file on its way", where=part)
    if offset > size_of(part):
        raise TransferError("a piece is missing before this one", where=part, remedy="send it again")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT, 0o666), "wb") as file:
            file.seek(offset)
            file.write(piece)
    except OSError as error:
        raise told(error, part) from error
    return size_of(part)


def publish(landing: Landing, size: int, digest: str, *, replace: bool) -> None:
    """Give a whole file its name, if it is what was sent. Raises Wrong, Taken, TransferError."""
    try:
        with open(landing.part, "rb") as file:
            is_right = size_of(landing.part) == size and hashed(file).hexdigest() == digest
            os.fsync(file.fileno())
        if not is_right:
            os.remove(landing.part)
            raise Wrong(
                "what arrived was not what was sent, and was removed",
                where=landing.path,
                remedy="send it again",
            )
        _rename(landing, replace=replace)
    except OSError as error:
        raise told(error, landing.path) from error


def _rename(landing: Landing, *, replace: bool) -> None:
    if replace:
        os.replace(landing.part, landing.path)
        return
    try:
        os.link(landing.part, landing.path)  # unlike a rename, it never replaces what came meanwhile
    except FileExistsError:
        raise Taken("is there already", where=landing.path) from None
    except OSError:  # a file system without links
        if os.path.lexists(landing.path):
            raise Taken("is there already", where=landing.path) from None
        os.rename(landing.part, landing.path)
    else:
        os.remove(landing.part)


def told(error: OSError, path: str) -> TransferError:
    """Return what to tell of an error of the operating system."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Full(
            "the disk is full", where=path, remedy="make room, then send it again: it goes on from there"
        )
    if error.errno == errno.ENOENT:
        return TransferError("there is no such file", where=path)
    return TransferError(error.strerror or str(error), where=path)
