"""What goes wrong with comments, for people."""

from __future__ import annotations

import sqlite3

from nbhotel.database import what_and_remedy
from nbhotel.errors import CommentError


class NotThere(CommentError):
    """A thread or a comment that the notebook does not have, or has no longer."""


class NotYours(CommentError):
    """A comment that only who wrote it may change."""


class TooMuch(CommentError):
    """A text that is too long, or one comment too many."""


def explained(file: str, error: sqlite3.Error | OSError) -> CommentError:
    """Return the error for people that an error of SQLite or of the system is."""
    what, remedy, detail = what_and_remedy(error)
    return CommentError(f"{what}: {detail}", where=file, remedy=remedy or "move it away, and begin anew")


def not_ours(file: str) -> CommentError:
    """Return the error for a database that holds no comments of this version."""
    what = "holds no comments, or those of another version of nbhotel"
    return CommentError(what, where=file, remedy="name another file, or move this one away")
