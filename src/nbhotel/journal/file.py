"""The journal's file: made when there is none, and readable by its user alone."""

from __future__ import annotations

import os
import sqlite3

from nbhotel.database import connected, keep_private, make_private_file, make_tables, version_of
from nbhotel.errors import MissingPart

#: Raised when what is stored changes its form.
VERSION = 1
#: The first SQLite that finds parts of words (the tokenizer "trigram", https://www.sqlite.org/fts5.html).
_NEEDED = (3, 34, 0)
#: Whether a database is a journal at all: other programs number their versions as well.
_OURS = "SELECT 1 FROM sqlite_master WHERE name = 'words' AND sql LIKE '%content=run%'"

# `words` holds nothing but its index (an "external content" table): triggers keep it in step.
# `off` lists notebooks of which nothing is kept; "" stands for all.
_SCHEMA = (
    """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, message TEXT UNIQUE, started REAL NOT NULL, code TEXT NOT NULL,
      seconds REAL, failed INTEGER, notebook TEXT, cell TEXT, kernel TEXT, spec TEXT, language TEXT,
      number INTEGER, output TEXT
    )
    """,
    "CREATE INDEX run_started ON run (started)",
    "CREATE INDEX run_notebook ON run (notebook, started)",
    "CREATE TABLE off (notebook TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE words USING fts5(code, output, content=run, content_rowid=id, tokenize=trigram)",
    """
    CREATE TRIGGER run_new AFTER INSERT ON run BEGIN
      INSERT INTO words (rowid, code, output) VALUES (new.id, new.code, new.output);
    END
    """,
    """
    CREATE TRIGGER run_gone AFTER DELETE ON run BEGIN
      INSERT INTO words (words, rowid, code, output) VALUES ('delete', old.id, old.code, old.output);
    END
    """,
    """
    CREATE TRIGGER run_ended AFTER UPDATE OF output ON run WHEN new.output IS NOT old.output BEGIN
      INSERT INTO words (words, rowid, code, output) VALUES ('delete', old.id, old.code, old.output);
      INSERT INTO words (rowid, code, output) VALUES (new.id, new.code, new.output);
    END
    """,
)


def opened(file: str, patience: float) -> sqlite3.Connection:
    """Open the journal at `file` for writing, or make it, and its folder as well.

    `patience` is how many seconds to wait for other processes. A file that is something else is left as it
    is, content and mode. Raises JournalError if another program or another version of nbhotel wrote it,
    MissingPart, sqlite3.Error and OSError as they come.
    """
    _check_sqlite()
    make_private_file(file)
    database = connected(file, "rw", patience)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        make_tables(database, _SCHEMA, VERSION)
        _check_version(database, file)
        keep_private(file)
    except BaseException:
        database.close()
        raise
    return database


def opened_to_read(file: str, patience: float) -> sqlite3.Connection:
    """Open the journal at `file`, which is there, and change nothing in it. It raises what `opened` does."""
    _check_sqlite()
    database = connected(file, "ro", patience)
    try:
        _check_version(database, file)
    except BaseException:
        database.close()
        raise
    return database


def size_on_disk(file: str) -> int:
    """Return the bytes of the file and of what SQLite has beside it."""
    return sum(os.stat(each).st_size for each in (file, f"{file}-wal") if os.path.exists(each))


def _check_sqlite() -> None:
    if sqlite3.sqlite_version_info < _NEEDED:
        what = f"the journal needs SQLite 3.34 or newer; this Python has {sqlite3.sqlite_version}"
        raise MissingPart(what, remedy="use a newer Python")


def _check_version(database: sqlite3.Connection, file: str) -> None:
    if version_of(database) != VERSION or database.execute(_OURS).fetchone() is None:
        from nbhotel.journal.trouble import not_ours

        raise not_ours(file)
