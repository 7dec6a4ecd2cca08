"""A notebook's discussion, read from the database."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import Any

from nbhotel.comments.values import Comment, Discussion, Person, Thread

#: The version of what there is not.
_NOTHING = (0, 0)
_THREADS = (
    "SELECT id, cell, excerpt, resolved, resolver, resolver_name FROM thread WHERE notebook = ? ORDER BY id"
)
_COMMENTS = """
SELECT thread, comment.id, author, author_name, written, edited, text
FROM comment JOIN thread ON thread.id = thread WHERE notebook = ? ORDER BY comment.id
"""


def version(database: sqlite3.Connection, notebook: str) -> str:
    """Return the version of a notebook's discussion. Raises sqlite3.Error."""
    return "-".join(map(str, _found(database, notebook)))


def discussion(database: sqlite3.Connection, notebook: str) -> Discussion:
    """Return all that was said about a notebook, as it stands at one moment. Raises sqlite3.Error."""
    with database:
        database.execute("BEGIN")
        home = _found(database, notebook)
        threads = database.execute(_THREADS, home[:1]).fetchall()
        comments = database.execute(_COMMENTS, home[:1]).fetchall()
    of_thread: defaultdict[int, list[Comment]] = defaultdict(list)
    for thread, identity, author, name, *rest in comments:
        of_thread[thread].append(Comment(identity, Person(author, name), *rest))
    told = tuple(_thread(row, tuple(of_thread[row[0]])) for row in threads)
    return Discussion("-".join(map(str, home)), told)


def _found(database: sqlite3.Connection, notebook: str) -> tuple[int, int]:
    found = database.execute("SELECT id, version FROM notebook WHERE path = ?", (notebook,)).fetchone()
    return found or _NOTHING


def _thread(row: tuple[Any, ...], comments: tuple[Comment, ...]) -> Thread:
    identity, cell, excerpt, resolved, resolver, name = row
    return Thread(
        identity, cell, excerpt, resolved, None if resolver is None else Person(resolver, name), comments
    )
