"""A journal in trouble: what went wrong, and what to do, for people."""

from __future__ import annotations

import sqlite3

from nbhotel.database import DAMAGED, what_and_remedy
from nbhotel.errors import JournalError

_SAVE = "a room puts it aside and saves what can be read, as soon as it has something to write"


class Damaged(JournalError):
    """The file is there, but not as SQLite or we wrote it."""


def explained(file: str, error: sqlite3.Error | OSError) -> JournalError:
    """Return the error for people that an error of SQLite or of the system is."""
    what, remedy, detail = what_and_remedy(error)
    if what == DAMAGED:
        return Damaged(f"{what}: {detail}", where=file, remedy=_SAVE)
    return JournalError(f"{what}: {detail}", where=file, remedy=remedy)


def not_ours(file: str) -> JournalError:
    """Return the error for a database that is no journal of this version."""
    what = "is no journal, or one of another version of nbhotel"
    return JournalError(what, where=file, remedy="name another file, or move this one away")
