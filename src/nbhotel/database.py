"""What our SQLite databases have in common: tables made once, files for one user alone, errors explained."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress

#: Two troubles for which there may be a better remedy than the common one.
DAMAGED = "is damaged"
FULL = "there is no space left for it"

_CANT = "can't be used", ""
_FULL = FULL, "make some"
_READ_ONLY = "can't be written", "make it and its folder writable"
_LOCKED = "another process has it locked", "try again when that is done"
#: Beginnings of SQLite's names of errors. Source: https://www.sqlite.org/rescode.html
_BY_NAME = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_CANTOPEN": ("can't be opened", "see to its rights and to those of its folder"),
    "SQLITE_CORRUPT": (DAMAGED, ""),
    "SQLITE_ERROR": (DAMAGED, ""),  # tables or columns that we made are not there
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": ("the disk gave an error", "see if it is full or broken"),
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_NOTADB": (DAMAGED, ""),
    "SQLITE_READONLY": _READ_ONLY,
}
_BY_NUMBER = {
    "EACCES": _READ_ONLY,
    "EDQUOT": _FULL,
    "ENOSPC": _FULL,
    "EPERM": _READ_ONLY,
    "EROFS": _READ_ONLY,
}


def make_tables(database: sqlite3.Connection, statements: Iterable[str], version: int) -> None:
    """Make the tables of this version, if there are none at all. Raises sqlite3.Error."""
    if version_of(database) == version or _has_tables(database):
        return
    database.execute("PRAGMA auto_vacuum = INCREMENTAL")
    database.execute("PRAGMA journal_mode = WAL")
    with database:
        database.execute("BEGIN IMMEDIATE")
        if not _has_tables(database):  # nobody else was faster
            for statement in statements:
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {version}")


def version_of(database: sqlite3.Connection) -> int:
    """Return the version that `make_tables` was given; 0 for other databases. Raises sqlite3.Error."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def make_private_file(file: str) -> None:
    """Make an empty file that its user alone can read, and its folder, if there is none. Raises OSError."""
    if not os.path.exists(file):
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def keep_private(file: str) -> None:
    """Let nobody else read a database, such as one that was copied back from elsewhere. Raises OSError."""
    if os.stat(file).st_mode & 0o077:
        with suppress(PermissionError):  # somebody else's, who lets us write it
            os.chmod(file, 0o600)


def connected(file: str, mode: str, patience: float) -> sqlite3.Connection:
    """Open a database that is there: to read (`mode` is "ro") or to write ("rw"). Raises sqlite3.Error.

    `patience` is how many seconds to wait for other processes. Transactions are the caller's.
    """
    from urllib.parse import quote

    address = f"file:{quote(os.fsencode(os.path.abspath(file)))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


def what_and_remedy(error: Exception, unnamed: str = "") -> tuple[str, str, str]:
    """Return what is wrong with a database, what to do ("" if that is up to the caller), and the detail.

    `unnamed` is the name that an error has to which SQLite gave none, and one of another library.
    """
    if isinstance(error, OSError):
        from errno import errorcode

        what, remedy = _BY_NUMBER.get(errorcode.get(error.errno or 0, ""), _CANT)
        return what, remedy, (error.strerror or str(error)).lower()
    name = getattr(error, "sqlite_errorname", unnamed)
    what, remedy = next((told for start, told in _BY_NAME.items() if name.startswith(start)), _CANT)
    return what, remedy, str(error)


def _has_tables(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
