"""The journal kept within bounds, and mended when its file is damaged."""

from __future__ import annotations

import fcntl
import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from nbhotel.journal.store import Journal
from nbhotel.journal.trouble import Damaged, explained
from nbhotel.journal.values import Run
from nbhotel.records import NamedTuple

#: What a sweep leaves of a journal that is too large, so that the next run doesn't need another one.
_LEFT = 0.9
#: How many runs are deleted in one transaction.
_AT_ONCE = 500
_OLDEST = "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE started < ? ORDER BY started LIMIT ?)"


class Rescued(NamedTuple):
    """Where the damaged file lies now ("" if somebody else put it aside), and how many runs were saved."""

    aside: str
    runs: int


def sweep(journal: Journal, *, size: float, age: float) -> int:
    """Forget what is older than `age` seconds, then the oldest until no more than `size` bytes are in use.

    Returns how many runs are gone. Raises JournalError.
    """
    gone = _forgotten(journal, time.time() - age, None)
    if gone:
        _tidy(journal)
    if _used(journal) > size:
        while (used := _used(journal)) > size * _LEFT:
            there = journal.stats().runs
            deleted = _forgotten(journal, float("inf"), math.ceil(there * (1 - size * _LEFT / used)))
            if not deleted:
                break
            gone += deleted
            _tidy(journal)
    return gone


def rescue(file: str) -> Rescued:
    """Put a damaged journal aside, begin a new one and copy what can be read. Raises JournalError.

    Whoever comes second, when several rooms see the damage, finds a sound one.
    """
    try:
        with _only_one(file):
            if not _is_damaged(file):
                return Rescued("", 0)
            aside = f"{file}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
            for suffix in ("-wal", "-shm", ""):
                with suppress(FileNotFoundError):
                    os.replace(file + suffix, aside + suffix)
            with Journal(file) as journal:
                return Rescued(aside, _copied(aside, journal))
    except OSError as error:
        raise explained(file, error) from error


def _forgotten(journal: Journal, before: float, at_most: int | None) -> int:
    """Delete the oldest runs, in short transactions, since others wait for them."""
    gone = 0
    while at_most is None or gone < at_most:
        limit = _AT_ONCE if at_most is None else min(_AT_ONCE, at_most - gone)
        with journal.writing() as database:
            deleted = database.execute(_OLDEST, (before, limit)).rowcount
        gone += deleted
        if deleted < limit:
            break
    return gone


def _tidy(journal: Journal) -> None:
    """Let the index drop what is deleted, which it only marks at first, and give the space back."""
    with journal.guarded():
        journal.database.execute("INSERT INTO words (words) VALUES ('optimize')")
        journal.database.executescript("PRAGMA incremental_vacuum")  # `execute` would free a single page
        journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _used(journal: Journal) -> int:
    """The bytes of all pages that hold something."""
    with journal.guarded():
        asked = ("page_count", "freelist_count", "page_size")
        count, free, size = (journal.database.execute(f"PRAGMA {each}").fetchone()[0] for each in asked)
    return int((count - free) * size)


def _is_damaged(file: str) -> bool:
    try:
        with Journal(file) as journal, journal.guarded():
            found = journal.database.execute("PRAGMA quick_check(1)").fetchone()
            journal.database.execute("INSERT INTO words (words) VALUES ('integrity-check')")
            return bool(found[0] != "ok")
    except Damaged:
        return True


def _copied(aside: str, journal: Journal) -> int:
    """Copy what can be read, from both ends of the damaged file: reading stops where the damage is."""
    with closing(sqlite3.connect(f"file:{aside}", uri=True)) as old:
        for order in ("ASC", "DESC"):
            journal.write(_readable(old, order))
        with suppress(sqlite3.Error):  # the switches are few, and on one page
            for (notebook,) in old.execute("SELECT notebook FROM off").fetchall():
                journal.switch(notebook, on=False)
    return journal.stats().runs


def _readable(old: sqlite3.Connection, order: str) -> Iterator[Run]:
    fields = ", ".join(Run._fields)
    with suppress(sqlite3.Error):
        for row in old.execute(f"SELECT {fields} FROM run ORDER BY id {order}"):  # noqa: S608 - our own words
            if isinstance(row[0], str) and isinstance(row[1], float) and isinstance(row[2], str):
                yield Run(*row)


@contextmanager
def _only_one(file: str) -> Iterator[None]:
    """Keep other processes' rescues out."""
    handle = os.open(f"{file}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
