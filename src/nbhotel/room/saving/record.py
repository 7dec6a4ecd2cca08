"""Which files were made of which notebooks: only these are ever overwritten or removed.

A small SQLite database, since several servers of one user may write it at the same time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from nbhotel.errors import StateError

#: Seconds to wait for another server.
_PATIENCE = 10.0
_TABLE = """
CREATE TABLE IF NOT EXISTS made (target TEXT PRIMARY KEY, notebook TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS of_notebook ON made (notebook);
"""


class Record:
    """Paths are absolute; a digest is that of the content that was written."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def digest(self, target: str) -> str | None:
        """Return the digest of what was written there; None if nothing ever was."""
        row = self._database.execute("SELECT digest FROM made WHERE target = ?", (target,)).fetchone()
        return row[0] if row else None

    def made_of(self, notebook: str) -> list[str]:
        """Return what was made of a notebook."""
        rows = self._database.execute("SELECT target FROM made WHERE notebook = ?", (notebook,))
        return [target for (target,) in rows]

    def notebooks_below(self, path: str) -> list[str]:
        """Return the notebooks at a path or in the folder of that path, of which something was made."""
        rows = self._database.execute("SELECT DISTINCT notebook FROM made ORDER BY notebook")
        return [notebook for (notebook,) in rows if _is_below(notebook, path)]

    def add(self, target: str, notebook: str, content: bytes) -> None:
        """Note what was written."""
        row = (target, notebook, digest_of(content))
        self._database.execute("INSERT OR REPLACE INTO made VALUES (?, ?, ?)", row)

    def forget(self, target: str) -> None:
        """Note that a file is no longer ours."""
        self._database.execute("DELETE FROM made WHERE target = ?", (target,))

    def move(self, before: str, after: str) -> list[str]:
        """Note that a notebook or a folder has another path now; return its notebooks' new paths.

        What was made of them moved only if it lies in that folder.
        """
        moved = []
        for notebook in self.notebooks_below(before):
            for target in self.made_of(notebook):
                row = (_moved(target, before, after), _moved(notebook, before, after), target)
                self._database.execute(
                    "UPDATE OR REPLACE made SET target = ?, notebook = ? WHERE target = ?", row
                )
            moved.append(_moved(notebook, before, after))
        return moved


@contextmanager
def open_record(file: str) -> Iterator[Record]:
    """Open the record, which its user alone can read; it is made if there is none. Raises StateError."""
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        database = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
        try:
            database.executescript(_TABLE)
            yield Record(database)
        finally:
            database.close()
    except (OSError, sqlite3.Error) as error:
        what = f"the record of exports can't be used: {str(error).lower()}"
        remedy = "make it writable; if it is broken, delete it: a new one will be made"
        raise StateError(what, where=file, remedy=remedy) from None


def digest_of(content: bytes) -> str:
    """Return what the record knows a content by."""
    return sha256(content).hexdigest()


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _moved(path: str, before: str, after: str) -> str:
    return after + path[len(before) :] if _is_below(path, before) else path
