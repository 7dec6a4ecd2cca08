"""What our SQLite databases have in common: tables that are made once, and errors that are explained."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

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
