"""Comments, open: written, answered, resolved, and kept with their notebook when it is renamed.

Notebooks are named by absolute paths. Several rooms of one user may write at once, and the command line may
read meanwhile (SQLite's write-ahead log, short transactions, a patient lock).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from nbhotel.comments.file import opened, opened_to_read
from nbhotel.comments.reading import discussion, version
from nbhotel.comments.trouble import NotThere, NotYours, TooMuch, explained
from nbhotel.comments.values import Discussion, Person
from nbhotel.errors import CommentError

#: Seconds to wait for another process's transaction.
PATIENCE = 5.0
#: Bytes of one comment's text, and comments of one notebook, at most.
LONGEST, MOST = 10_000, 5_000
#: Characters of a cell's first line that are remembered.
_EXCERPT = 120

_COUNT = "SELECT count(*) FROM comment JOIN thread ON thread.id = thread WHERE notebook = ?"
_COMMENT = "SELECT author, thread FROM comment JOIN thread ON thread.id = thread WHERE comment.id = ?"
_BELOW = "(path = :old OR substr(path, 1, length(:old) + 1) = :old || '/')"


class Comments:
    """Open comments. Use them as a context manager, or close them."""

    def __init__(self, file: str, *, patience: float = PATIENCE, to_read: bool = False) -> None:
        """Open or make the comments at `file`; or open them `to_read`, which changes nothing.

        `patience` is how many seconds to wait for other processes. Raises CommentError.
        """
        self.file = file
        with self._guarded():
            self._database = (opened_to_read if to_read else opened)(file, patience)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._database.close()

    def version(self, notebook: str) -> str:
        """Return the version of a notebook's discussion. Raises CommentError."""
        with self._guarded():
            return version(self._database, notebook)

    def discussion(self, notebook: str) -> Discussion:
        """Return all that was said about a notebook. Raises CommentError."""
        with self._guarded():
            return discussion(self._database, notebook)

    def begin(self, notebook: str, cell: str, excerpt: str, author: Person, text: str) -> int:
        """Begin a thread about a cell ("": about the notebook), and return its id. Raises CommentError."""
        words = _checked(text)
        with self._writing() as database:
            database.execute("INSERT OR IGNORE INTO notebook (path) VALUES (?)", (notebook,))
            home = self._changed(notebook)
            row = (home, cell, _storable(excerpt.strip())[:_EXCERPT])
            made = database.execute("INSERT INTO thread (notebook, cell, excerpt) VALUES (?, ?, ?)", row)
            thread = made.lastrowid or 0
            self._add(home, thread, author, words)
            return thread

    def reply(self, notebook: str, thread: int, author: Person, text: str) -> int:
        """Answer in a thread of this notebook, and return the comment's id. Raises CommentError."""
        words = _checked(text)
        with self._writing():
            home = self._changed(notebook)
            self._check_thread(home, thread)
            return self._add(home, thread, author, words)

    def resolve(self, notebook: str, thread: int, resolver: Person | None) -> None:
        """Mark a thread as resolved by somebody, or reopen it (None). Raises CommentError."""
        by, name = resolver or (None, None)
        row = (time.time() if resolver else None, by, name, thread)
        with self._writing() as database:
            self._check_thread(self._changed(notebook), thread)
            database.execute(
                "UPDATE thread SET resolved = ?, resolver = ?, resolver_name = ? WHERE id = ?", row
            )

    def edit(self, notebook: str, comment: int, text: str, by: str | None) -> None:
        """Write a comment anew. Only its author may, whose username `by` must be; None: anybody may.

        Raises CommentError.
        """
        words = _checked(text)
        with self._writing() as database:
            self._check_comment(notebook, comment, by)
            row = (words, time.time(), comment)
            database.execute("UPDATE comment SET text = ?, edited = ? WHERE id = ?", row)

    def delete(self, notebook: str, comment: int, by: str | None) -> None:
        """Delete a comment, and a thread of which nothing is left. `by` is as for `edit`.

        Raises CommentError.
        """
        with self._writing() as database:
            thread = self._check_comment(notebook, comment, by)
            database.execute("DELETE FROM comment WHERE id = ?", (comment,))
            emptied = (
                "DELETE FROM thread WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM comment WHERE thread = ?1)"
            )
            database.execute(emptied, (thread,))

    def moved(self, old: str, new: str) -> None:
        """Follow a notebook, or a folder of them, to its new name. Raises CommentError.

        What was said of a file that had the new name before, and is gone, is forgotten.
        """
        if old == new:
            return
        move = f"UPDATE notebook SET path = :new || substr(path, length(:old) + 1) WHERE {_BELOW}"  # noqa: S608
        with self._writing() as database:
            self._forget(new)
            database.execute(move, {"old": old, "new": new})

    def removed(self, path: str) -> None:
        """Forget what was said about a notebook, or about those in a folder. Raises CommentError."""
        with self._writing():
            self._forget(path)

    def _forget(self, path: str) -> None:
        self._database.execute(f"DELETE FROM notebook WHERE {_BELOW}", {"old": path})  # noqa: S608 - our own

    def _changed(self, notebook: str) -> int:
        """Count a change of a notebook's discussion, and return its id."""
        found = self._database.execute("SELECT id FROM notebook WHERE path = ?", (notebook,)).fetchone()
        if found is None:
            raise NotThere("nobody has commented on this notebook yet")
        self._database.execute("UPDATE notebook SET version = version + 1 WHERE id = ?", found)
        return int(found[0])

    def _check_thread(self, home: int, thread: int) -> None:
        found = self._database.execute("SELECT notebook FROM thread WHERE id = ?", (thread,)).fetchone()
        if found != (home,):
            raise NotThere("this thread is not there any more", remedy="somebody has deleted it")

    def _check_comment(self, notebook: str, comment: int, by: str | None) -> int:
        """Return the thread of a comment that may be changed."""
        home = self._changed(notebook)
        author, thread = self._database.execute(_COMMENT, (comment,)).fetchone() or ("", 0)
        self._check_thread(home, thread)
        if by not in {None, author}:
            raise NotYours("somebody else wrote this comment", remedy="reply to it")
        return int(thread)

    def _add(self, home: int, thread: int, author: Person, text: str) -> int:
        if self._database.execute(_COUNT, (home,)).fetchone()[0] >= MOST:
            raise TooMuch(f"this notebook has {MOST:,} comments already", remedy="delete some of them")
        names = [_storable(each) for each in author]
        new = "INSERT INTO comment (thread, author, author_name, written, text) VALUES (?, ?, ?, ?, ?)"
        return self._database.execute(new, (thread, *names, time.time(), text)).lastrowid or 0

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Make a CommentError of what goes wrong with the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise explained(self.file, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, which is taken back if something is wrong."""
        with self._guarded(), self._database as database:
            database.execute("BEGIN IMMEDIATE")
            yield database


def _checked(text: str) -> str:
    """Return a comment's text as it is stored. Raises CommentError."""
    words = _storable(text.strip())
    if not words:
        raise CommentError("a comment needs a text")
    if (size := len(words.encode())) > LONGEST:
        raise TooMuch(f"this comment has {size:,} bytes, and {LONGEST:,} is the limit", remedy="shorten it")
    return words


def _storable(text: str) -> str:
    """Half surrogate pairs can be in JSON, but not in UTF-8, which SQLite wants."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
