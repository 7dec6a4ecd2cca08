"""The journal, open: what ran is written into it and found again.

Several rooms of one user may write it at once, and the command line may read meanwhile (SQLite's write-ahead
log, short transactions, a patient lock).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from nbhotel.journal.file import opened, opened_to_read, size_on_disk
from nbhotel.journal.trouble import explained
from nbhotel.journal.values import Query, Run, Stats

#: Seconds to wait for another process's transaction.
PATIENCE = 5.0
#: The shortest text that the index knows.
_INDEXED = 3

_FIELDS = ", ".join(Run._fields)
#: The order in which _written puts the values: all but the id, which SQLite gives.
_WRITTEN = ", ".join(Run._fields[:-1])
_PLACES = ", ".join("?" * (len(Run._fields) - 1))
_WRITE = f"INSERT INTO run ({_WRITTEN}) VALUES ({_PLACES})"  # noqa: S608 - our own names
_WRITE += """
ON CONFLICT (message) DO UPDATE SET
  seconds = coalesce(excluded.seconds, seconds), failed = coalesce(excluded.failed, failed),
  number = coalesce(excluded.number, number), output = coalesce(excluded.output, output)
"""
_STATS = "SELECT count(*), min(started), max(started) FROM run"
_IS_OFF = "SELECT notebook FROM off"


class Journal:
    """An open journal. Use it as a context manager, or close it."""

    def __init__(self, file: str, *, patience: float = PATIENCE, to_read: bool = False) -> None:
        """Open or make the journal at `file`, and its folder; or open it `to_read`, which changes nothing.

        `patience` is how many seconds to wait for other processes. Raises JournalError, MissingPart.
        """
        self.file = file
        with self.guarded():
            self.database = (opened_to_read if to_read else opened)(file, patience)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.database.close()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Make a JournalError of what goes wrong with the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise explained(self.file, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction; nobody else writes meanwhile. Raises JournalError."""
        with self.guarded(), self.database as database:
            database.execute("BEGIN IMMEDIATE")
            yield database

    def write(self, runs: Iterable[Run]) -> list[Run]:
        """Keep runs, but for those of notebooks that are switched off: these are returned.

        A run that is there already (by its `message`) gets to know how it ended. Raises JournalError.
        """
        left_out = []
        with self.writing() as database:
            off = {notebook for (notebook,) in database.execute(_IS_OFF)}
            for run in runs:
                if "" in off or run.notebook in off:
                    left_out.append(run)
                else:
                    database.execute(_WRITE, _written(run))
        return left_out

    def search(self, query: Query, *, limit: int | None = None) -> Iterator[Run]:
        """Yield the runs that are asked for, the newest first. Raises JournalError."""
        where, values = _conditions(query)
        text = f"SELECT {_FIELDS} FROM run WHERE {where} ORDER BY started DESC, id DESC LIMIT ?"  # noqa: S608
        with self.guarded():
            for row in self.database.execute(text, (*values, -1 if limit is None else limit)):
                yield _read(row)

    def notebooks(self, query: Query) -> list[str]:
        """Return the paths of the notebooks that the runs asked for came from. Raises JournalError."""
        where, values = _conditions(query)
        text = f"SELECT DISTINCT notebook FROM run WHERE {where} AND notebook != '' ORDER BY notebook"  # noqa: S608
        with self.guarded():
            return [notebook for (notebook,) in self.database.execute(text, values)]

    def holds(self, code: str) -> bool:
        """Whether exactly this code ran. Raises JournalError."""
        where, values = _conditions(Query(words=(code,)))
        with self.guarded():
            found = self.database.execute(f"SELECT 1 FROM run WHERE {where} AND code = ?", (*values, code))  # noqa: S608
            return found.fetchone() is not None

    def is_on(self, notebook: str = "") -> bool:
        """Whether runs of a notebook are kept ("": of anything). Raises JournalError."""
        with self.guarded():
            found = self.database.execute("SELECT 1 FROM off WHERE notebook = ?", (notebook,))
            return found.fetchone() is None

    def switch(self, notebook: str, *, on: bool) -> None:
        """Keep the runs of a notebook from now on, or not ("": of all). Raises JournalError."""
        change = "DELETE FROM off WHERE notebook = ?" if on else "INSERT OR IGNORE INTO off VALUES (?)"
        with self.writing() as database:
            database.execute(change, (notebook,))

    def forget(self, identity: int) -> bool:
        """Delete a run; false if there is none. Raises JournalError."""
        with self.writing() as database:
            # What is deleted is overwritten, not only marked as free.
            database.execute("PRAGMA secure_delete = ON")
            return database.execute("DELETE FROM run WHERE id = ?", (identity,)).rowcount > 0

    def stats(self) -> Stats:
        """Count what is there. Raises JournalError."""
        with self.guarded():
            runs, oldest, newest = self.database.execute(_STATS).fetchone()
            return Stats(runs, oldest, newest, size_on_disk(self.file))


def _written(run: Run) -> tuple[object, ...]:
    """The values of a row; an output that there is not takes no space in the index."""
    values = (*run[:-2], run.output or None)
    return tuple(_storable(value) if isinstance(value, str) else value for value in values)


def _storable(text: str) -> str:
    """Half surrogate pairs can be in JSON and in arguments, but not in UTF-8, which SQLite wants."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _read(row: tuple[object, ...]) -> Run:
    run = Run(*row)  # type: ignore[arg-type]
    return run._replace(failed=None if run.failed is None else bool(run.failed), output=run.output or "")


def _conditions(query: Query) -> tuple[str, list[object]]:
    """The query in SQL, and its values."""
    parts: list[tuple[str, list[object]]] = [("1", [])]
    words = [_storable(word) for word in query.words if word]
    indexed = [word for word in words if len(word) >= _INDEXED]
    if indexed:
        quoted = " ".join('"' + word.replace('"', '""') + '"' for word in indexed)
        parts.append(("id IN (SELECT rowid FROM words WHERE words MATCH ?)", [quoted]))
    for word in words:
        if len(word) < _INDEXED:
            found = f"%{_unlike(word)}%"
            parts.append(("(code LIKE ? ESCAPE '\\' OR output LIKE ? ESCAPE '\\')", [found, found]))
    if query.notebook:
        parts.append(_of_notebook(query.notebook))
    if query.kernel:
        parts.append(("kernel LIKE ? ESCAPE '\\'", [f"{_unlike(query.kernel)}%"]))
    if query.since is not None:
        parts.append(("started >= ?", [query.since]))
    if query.before is not None:
        parts.append(("started < ?", [query.before]))
    if query.failed:
        parts.append(("failed", []))
    return " AND ".join(text for text, _ in parts), [value for _, values in parts for value in values]


def _of_notebook(path: str) -> tuple[str, list[object]]:
    if "/" not in path:
        return "notebook LIKE ? ESCAPE '\\'", [f"%/{_unlike(path)}"]
    folder = path.rstrip("/") + "/"
    return "(notebook = ? OR notebook BETWEEN ? AND ?)", [path, folder, folder + "\U0010ffff"]


def _unlike(text: str) -> str:
    """Write a text so that LIKE finds it and nothing else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
