"""Keeping a vault small: compress, forget what is old, and never what a worktree shows right now."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection
from typing import NamedTuple
from zlib import compress

from nbhotel.errors import VaultError
from nbhotel.git.vault import DIGEST, Vault

#: Bounds unless the repository's git config says others (`nbhotel.vaultSize`, `nbhotel.vaultAge`): bytes,
#: seconds.
SIZE, AGE = 1_000_000_000, 180 * 86_400.0
_LEVEL = 6
#: Pieces that are compressed in one transaction: others wait for it.
_AT_A_TIME = 32


class Swept(NamedTuple):
    """What a sweep did: originals forgotten, and bytes stored before and after."""

    forgotten: int
    before: int
    after: int


def sweep(vault: Vault, *, in_use: Collection[str], size: int = SIZE, age: float = AGE) -> Swept:
    """Forget what is beyond `size` bytes or `age` seconds, the least recently used first; compress the rest.

    The last original of each path `in_use` (the notebooks of all worktrees) stays, whatever it costs.
    Raises VaultError.
    """
    db = vault.database
    try:
        before = _stored(db)
        _compress(db)
        queue = _dispensable(db, in_use)
        old = [identity for identity, used in queue if used < time.time() - age]
        _forget(db, old)
        rest = [identity for identity, _ in queue[len(old) :]]
        gone = len(old)
        while rest and _stored(db) > size:
            some = max(1, len(rest) // 10)
            _forget(db, rest[:some])
            gone += some
            rest = rest[some:]
        if gone:
            db.execute("VACUUM")
        return Swept(gone, before, _stored(db))
    except sqlite3.Error as error:
        raise VaultError(f"can't be swept: {error}", where=vault.file) from None


def _stored(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(sum(length(data)), 0) FROM piece").fetchone()[0])


def _dispensable(db: sqlite3.Connection, in_use: Collection[str]) -> list[tuple[int, float]]:
    """Return (id, time of last use) of what may go, the least recently used first."""
    last = dict(db.execute("SELECT path, id FROM original GROUP BY path HAVING used = max(used)"))
    kept = {last[path] for path in in_use if path in last}
    rows = db.execute("SELECT id, used FROM original ORDER BY used").fetchall()
    return [(identity, used) for identity, used in rows if identity not in kept]


def _forget(db: sqlite3.Connection, originals: list[int]) -> None:
    """Delete originals, and the pieces that nobody has any more."""
    if not originals:
        return
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany("DELETE FROM feature WHERE original = ?", [(each,) for each in originals])
        db.executemany("DELETE FROM original WHERE id = ?", [(each,) for each in originals])
        held = set()
        for (listed,) in db.execute("SELECT pieces FROM original"):
            held |= {listed[at : at + DIGEST] for at in range(0, len(listed), DIGEST)}
        rows = db.execute("SELECT id, hash FROM piece").fetchall()
        db.executemany(
            "DELETE FROM piece WHERE id = ?", [(each,) for each, digest in rows if digest not in held]
        )


def _compress(db: sqlite3.Connection) -> None:
    while True:
        rows = db.execute("SELECT id, data FROM piece WHERE NOT packed LIMIT ?", (_AT_A_TIME,)).fetchall()
        if not rows:
            return
        packed = [(compress(data, _LEVEL), identity) for identity, data in rows]
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("UPDATE piece SET packed = 1, data = ? WHERE id = ?", packed)
