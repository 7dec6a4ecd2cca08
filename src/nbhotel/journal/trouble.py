"""A journal in trouble: what went wrong, and what to do, for people."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from nbhotel.errors import JournalError

_DAMAGED = (
    "is damaged",
    "a room puts it aside and saves what can be read, as soon as it has something to write",
)
_FULL = ("there is no space left for it", "make some")
_READ_ONLY = ("can't be written", "make it and its folder writable")
_LOCKED = ("another process has it locked", "try again when that is done")

#: Beginnings of SQLite's names of errors. Source: https://www.sqlite.org/rescode.html
_BY_NAME: Final = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_CANTOPEN": ("can't be opened", "see to its rights and to those of its folder"),
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_ERROR": _DAMAGED,  # tables or columns that we made are not there
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": ("the disk gave an error", "see if it is full or broken"),
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_READONLY": _READ_ONLY,
}
_BY_NUMBER: Final = {
    errno.EACCES: _READ_ONLY,
    errno.EDQUOT: _FULL,
    errno.ENOSPC: _FULL,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
}


class Damaged(JournalError):
    """The file is there, but not as SQLite or we wrote it."""


def explained(file: str, error: sqlite3.Error | OSError) -> JournalError:
    """Return the error for people that an error of SQLite or of the system is."""
    if isinstance(error, OSError):
        told = _BY_NUMBER.get(error.errno or 0, ("can't be used", ""))
        detail = (error.strerror or str(error)).lower()
    else:
        name = getattr(error, "sqlite_errorname", "")
        told = next(
            (each for start, each in _BY_NAME.items() if name.startswith(start)), ("can't be used", "")
        )
        detail = str(error)
    what, remedy = told
    kind = Damaged if told is _DAMAGED else JournalError
    return kind(f"{what}: {detail}", where=file, remedy=remedy)


def not_ours(file: str) -> JournalError:
    """Return the error for a database that is no journal of this version."""
    what = "is no journal, or one of another version of nbhotel"
    return JournalError(what, where=file, remedy="name another file, or move this one away")
