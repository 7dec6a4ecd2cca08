"""The database of comments: made when there is none, and readable by its user alone."""

from __future__ import annotations

import sqlite3

from nbhotel.comments.trouble import not_ours
from nbhotel.database import connected, keep_private, make_private_file, make_tables, version_of

#: Raised when what is stored changes its form.
VERSION = 1
#: Whether these are comments at all: other programs number their versions as well.
_OURS = "SELECT 1 FROM sqlite_master WHERE name = 'comment' AND sql LIKE '%REFERENCES thread%'"

# Identities are never given twice (AUTOINCREMENT): who answers a comment that is gone gets no other one.
_SCHEMA = (
    """
    CREATE TABLE notebook (
      id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, version INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE thread (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      notebook INTEGER NOT NULL REFERENCES notebook ON DELETE CASCADE,
      cell TEXT NOT NULL, excerpt TEXT NOT NULL, resolved REAL, resolver TEXT, resolver_name TEXT
    )
    """,
    """
    CREATE TABLE comment (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
      author TEXT NOT NULL, author_name TEXT NOT NULL, written REAL NOT NULL, edited REAL, text TEXT NOT NULL
    )
    """,
    "CREATE INDEX thread_notebook ON thread (notebook)",
    "CREATE INDEX comment_thread ON comment (thread)",
)


def opened(file: str, patience: float) -> sqlite3.Connection:
    """Open the comments at `file` for writing, or make them, and their folder as well.

    `patience` is how many seconds to wait for other processes. Raises CommentError if another program or
    another version of nbhotel wrote the file, which is left as it is; sqlite3.Error and OSError as they come.
    """
    make_private_file(file)
    database = connected(file, "rw", patience)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(
            "PRAGMA secure_delete = ON"
        )  # what is deleted is overwritten, not only marked as free
        make_tables(database, _SCHEMA, VERSION)
        _check(database, file)
        keep_private(file)
    except BaseException:
        database.close()
        raise
    return database


def opened_to_read(file: str, patience: float) -> sqlite3.Connection:
    """Open the comments at `file`, which is there, and change nothing. It raises what `opened` does."""
    database = connected(file, "ro", patience)
    try:
        _check(database, file)
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection, file: str) -> None:
    if version_of(database) != VERSION or database.execute(_OURS).fetchone() is None:
        raise not_ours(file)
