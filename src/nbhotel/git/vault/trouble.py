"""A vault in trouble: what went wrong, and what to do, for people."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from nbhotel.errors import VaultError

_REBUILD = "`nbhotel vault gc --rebuild` puts it aside and saves what can be read"
_DAMAGED = ("is damaged", _REBUILD)
_FULL = ("there is no space left for it", "make some, perhaps by `nbhotel vault gc --size 100M`")
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
_BY_NUMBER = {
    errno.EACCES: _READ_ONLY,
    errno.EDQUOT: _FULL,
    errno.ENOSPC: _FULL,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
}


def explained(file: str, error: Exception) -> VaultError:
    """Return the error for people that an error of SQLite, zlib or the system is."""
    if isinstance(error, OSError):
        told = _BY_NUMBER.get(error.errno or 0, ("can't be used", ""))
        detail = (error.strerror or str(error)).lower()
    else:
        # What sqlite3 itself raises without a name, and zlib, is about what they found in the file.
        name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
        known = (each for start, each in _BY_NAME.items() if name.startswith(start))
        told = next(known, ("can't be used", "")) if isinstance(error, sqlite3.Error) else _DAMAGED
        detail = str(error)
    what, remedy = told
    return VaultError(f"{what}: {detail}", where=file, remedy=remedy)


def other_version(file: str) -> VaultError:
    """Return the error for a vault that is not of this version's form."""
    remedy = "use that version, or put the vault aside by `nbhotel vault gc --rebuild`"
    return VaultError("was written by another version of nbhotel", where=file, remedy=remedy)
