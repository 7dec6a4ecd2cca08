"""What is kept of documents that several people edit: one SQLite file, readable by its user alone.

Every change of a shared document, so that a server that was killed goes on where it was; what its notebook's
file looked like when the two were the same; and who changed which notebook, for the authors of commits.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nbhotel.database import connected, keep_private, make_private_file, make_tables
from nbhotel.records import NamedTuple
from nbhotel.userdirs import data_home

_VERSION = 1
_SCHEMA = (
    """
    CREATE TABLE change (
      id INTEGER PRIMARY KEY, document TEXT NOT NULL, made REAL NOT NULL, data BLOB NOT NULL
    )
    """,
    "CREATE INDEX change_document ON change (document)",
    "CREATE TABLE saved (document TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE author (
      path TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL, wrote REAL NOT NULL,
      PRIMARY KEY (path, user)
    ) WITHOUT ROWID
    """,
)
#: Seconds to wait for another of the user's servers.
_PATIENCE = 5.0
#: Seconds after which a document that nobody has opened is forgotten, and so is who wrote in it.
_OLD = 90 * 86400


class Author(NamedTuple):
    """Somebody who changed a notebook: the server's name for them, the name to show, seconds since 1970."""

    user: str
    name: str
    wrote: float


def together_file(environment: Mapping[str, str]) -> str:
    """$XDG_DATA_HOME/nbhotel/together.sqlite, or below ~/.local/share."""
    return os.path.join(data_home(environment), "nbhotel", "together.sqlite")


class Kept:
    """The open file. Methods raise sqlite3.Error."""

    def __init__(self, file: str) -> None:
        """Open the file, or make it; one that is damaged is put aside. Raises OSError, sqlite3.Error."""
        self.file = file
        try:
            self._database = _opened(file)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") not in {"SQLITE_NOTADB", "SQLITE_CORRUPT"}:
                raise
            os.replace(file, f"{file}.damaged")
            self._database = _opened(file)

    def close(self) -> None:
        """Close it."""
        self._database.close()

    def documents(self) -> list[str]:
        """Return the names of all documents of which there are changes."""
        found = self._database.execute("SELECT DISTINCT document FROM change ORDER BY document")
        return [row[0] for row in found]

    def changes(self, document: str) -> list[tuple[int, bytes, float]]:
        """Return a document's changes in the order in which they came: their number, bytes, and time."""
        asked = "SELECT id, data, made FROM change WHERE document = ? ORDER BY id"
        return list(self._database.execute(asked, (document,)))

    def add(self, document: str, data: bytes) -> None:
        """Keep one more change."""
        new = "INSERT INTO change (document, made, data) VALUES (?, ?, ?)"
        self._database.execute(new, (document, time.time(), data))

    def squash(self, document: str, last: int, data: bytes) -> None:
        """Keep one change instead of all up to the number `last`."""
        with self._whole():
            self._database.execute("DELETE FROM change WHERE document = ? AND id < ?", (document, last))
            again = "UPDATE change SET data = ?, made = ? WHERE document = ? AND id = ?"
            self._database.execute(again, (data, time.time(), document, last))
        # What is deleted would stand in the log until that is full.
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def forget(self, document: str) -> None:
        """Forget a document, such as one whose file is gone."""
        with self._whole():
            for table in ("change", "saved"):
                self._database.execute(f"DELETE FROM {table} WHERE document = ?", (document,))  # noqa: S608

    def forget_old(self) -> None:
        """Forget what nobody has opened or changed for long."""
        before = time.time() - _OLD
        stale = "SELECT document FROM change GROUP BY document HAVING max(made) < ?"
        for (document,) in self._database.execute(stale, (before,)).fetchall():
            self.forget(document)
        self._database.execute("DELETE FROM author WHERE wrote < ?", (before,))
        self._database.execute("PRAGMA incremental_vacuum")

    def set_digest(self, document: str, digest: str) -> None:
        """Remember the digest of a document's file, which says the same as the document."""
        self._database.execute("INSERT OR REPLACE INTO saved VALUES (?, ?)", (document, digest))

    def digest(self, document: str) -> str:
        """Return what `set_digest` was given last; "" for nothing."""
        found = self._database.execute("SELECT digest FROM saved WHERE document = ?", (document,)).fetchone()
        return found[0] if found else ""

    def set_author(self, path: str, author: Author) -> None:
        """Remember who changed a notebook; `path` is its real one."""
        self._database.execute("INSERT OR REPLACE INTO author VALUES (?, ?, ?, ?)", (path, *author))

    def authors(self, path: str) -> list[Author]:
        """Return who changed a notebook."""
        asked = "SELECT user, name, wrote FROM author WHERE path = ? ORDER BY user"
        return [Author(*row) for row in self._database.execute(asked, (path,))]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def _opened(file: str) -> sqlite3.Connection:
    make_private_file(file)
    keep_private(file)
    database = connected(file, "rw", _PATIENCE)
    try:
        # What is deleted may have stood in a terminal cell.
        database.execute("PRAGMA secure_delete = ON")
        make_tables(database, _SCHEMA, _VERSION)
        # A process that is killed loses nothing by it.
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database
