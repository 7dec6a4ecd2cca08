"""Keeping a vault small: forget what is old, never what a worktree shows, compress the rest, give space back.

Everything is done in short transactions, since git may be waiting; killed at any point, a sweep leaves a
vault that is whole, and the next one goes on.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from zlib import compress

from nbhotel.git.vault.store import Vault, digests, unpacked
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.git.vault.use import InUse

_LEVEL = 6
#: What one transaction does, others waiting for it: rows to delete; pieces to compress, each of up to 8 MB;
#: pages of the file.
_ROWS, _PIECES, _PAGES = 200, 8, 1_000
_Row = TypeVar("_Row")

#: What is being done, and how much of it is done of how much.
Tell: TypeAlias = Callable[[str, int, int], None]
#: Finds what is in use among the paths that the vault has.
UseOf: TypeAlias = Callable[[Collection[str]], "InUse"]


class Swept(NamedTuple):
    """What a sweep did, or would do: originals there and gone, bytes stored before and after."""

    originals: int
    forgotten: int
    before: int
    after: int


class _Original(NamedTuple):
    id: int
    blob: str
    path: str
    used: float
    cleared: bool
    pieces: frozenset[bytes]


def sweep(
    vault: Vault, use_of: UseOf, tell: Tell, *, size: float, age: float, dry_run: bool = False
) -> Swept:
    """Forget what is beyond `size` bytes or was not used for `age` seconds, the least recently used first.

    What worktrees and stashes need stays, whatever it costs. Raises VaultError, and what `use_of` raises.
    """
    with vault.guarded():
        before = _stored(vault)
        if not dry_run:
            _compress(vault, tell)
        everything = _originals(vault.database)
        doomed, after = _plan(vault.database, everything, use_of, size, time.time() - age)
        if not dry_run:
            _forget(vault, doomed, tell)
            _drop_orphans(vault, tell)
            _give_back(vault, tell)
            after = _stored(vault)
    return Swept(len(everything), len(doomed), before, after)


def _stored(vault: Vault) -> int:
    return int(vault.database.execute("SELECT coalesce(sum(length(data)), 0) FROM piece").fetchone()[0])


def _originals(database: sqlite3.Connection) -> list[_Original]:
    """Return all, the least recently used first."""
    rows = database.execute("SELECT id, blob, path, used, cleared, pieces FROM original ORDER BY used, id")
    return [
        _Original(identity, blob, os.fsdecode(path), used, bool(cleared), frozenset(digests(listed)))
        for identity, blob, path, used, cleared, listed in rows
    ]


def _plan(
    database: sqlite3.Connection, everything: list[_Original], use_of: UseOf, size: float, since: float
) -> tuple[list[_Original], int]:
    """Return what is to go, and how many bytes will be stored then."""
    lengths: dict[bytes, int] = dict(database.execute("SELECT hash, length(data) FROM piece"))
    held = Counter(piece for each in everything for piece in each.pieces)
    total = sum(lengths.get(piece, 0) for piece in held)
    doomed: list[_Original] = []
    kept: set[int] | None = None
    for each in everything:
        if each.used >= since and total <= size:
            break
        if kept is None:  # looking at worktrees takes time, and mostly nothing has to go
            kept = _needed(everything, use_of({each.path for each in everything}))
        if each.id not in kept:
            doomed.append(each)
            held.subtract(each.pieces)
            total -= sum(lengths.get(piece, 0) for piece in each.pieces if not held[piece])
    return doomed, total


def _needed(everything: list[_Original], use: InUse) -> set[int]:
    """Return what worktrees and stashes need.

    That is what was cleaned to the blobs that they have; and as many of a path as there are worktrees that
    have it, the most recently used ones: their outputs may have been put back from there cell by cell.
    """
    given_out = [each for each in everything if not each.cleared]
    needed = {each.id for each in given_out if each.blob in use.names}
    left = Counter(use.paths)
    for each in reversed(given_out):
        if left[each.path] > 0:
            left[each.path] -= 1
            needed.add(each.id)
    return needed


def _forget(vault: Vault, doomed: Collection[_Original], tell: Tell) -> None:
    """Delete originals, but for those that somebody used in the meantime."""
    for done, some in _batches(doomed, _ROWS):
        tell("forgetting", done, len(doomed))
        with vault.writing() as database:
            rows = [(each.id, each.used) for each in some]
            database.executemany("DELETE FROM original WHERE id = ? AND used = ?", rows)
    with vault.writing() as database:
        database.execute("DELETE FROM feature WHERE original NOT IN (SELECT id FROM original)")


def _drop_orphans(vault: Vault, tell: Tell) -> None:
    """Delete the pieces that no original has any more."""
    known, orphans, total = None, list[bytes](), 0
    while known is None or orphans:
        with vault.writing() as database:
            changes = database.execute("PRAGMA data_version").fetchone()
            if changes != known:  # somebody may have put what has one of them
                known, orphans = changes, _orphans(database)
                total = max(total, len(orphans))
            some, orphans = orphans[:_ROWS], orphans[_ROWS:]
            database.executemany("DELETE FROM piece WHERE hash = ?", [(each,) for each in some])
        tell("freeing", total - len(orphans), total)


def _orphans(database: sqlite3.Connection) -> list[bytes]:
    held: set[bytes] = set()
    for (listed,) in database.execute("SELECT pieces FROM original"):
        held.update(digests(listed))
    return [digest for (digest,) in database.execute("SELECT hash FROM piece") if digest not in held]


def _compress(vault: Vault, tell: Tell) -> None:
    """Compress what git had no time for."""
    rows = vault.database.execute("SELECT hash FROM piece WHERE crc IS NOT NULL").fetchall()
    for done, some in _batches(rows, _PIECES):
        tell("compressing", done, len(rows))
        packed = [pair for (digest,) in some for pair in _packed(vault.database, digest)]
        with vault.writing() as database:
            database.executemany(
                "UPDATE piece SET crc = NULL, data = ? WHERE hash = ? AND crc IS NOT NULL", packed
            )


def _packed(database: sqlite3.Connection, digest: bytes) -> Iterator[tuple[bytes, bytes]]:
    query = "SELECT crc, data FROM piece WHERE hash = ? AND crc IS NOT NULL"
    for crc, data in database.execute(query, (digest,)):
        yield compress(unpacked(crc, data), _LEVEL), digest


def _give_back(vault: Vault, tell: Tell) -> None:
    """Make the file smaller by its free pages."""
    free = int(vault.database.execute("PRAGMA freelist_count").fetchone()[0])
    for done in range(0, free, _PAGES):
        tell("shrinking", done, free)
        # It goes on page by page as long as it is asked to, which `execute` does once.
        vault.database.executescript(f"PRAGMA incremental_vacuum({_PAGES})")


def _batches(rows: Iterable[_Row], size: int) -> Iterator[tuple[int, list[_Row]]]:
    """Yield `size` rows at a time, and how many there were before."""
    rest = iter(rows)
    done = 0
    while some := list(islice(rest, size)):
        yield done, some
        done += len(some)
