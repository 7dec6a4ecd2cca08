"""A vault that can't be used any more: put aside, with all that can be read of it saved to a new one."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from zlib import error as ZlibError  # noqa: N812

from nbhotel.errors import VaultError
from nbhotel.git.vault.store import Damaged, Vault, digests, unpacked
from nbhotel.records import NamedTuple

#: What SQLite has beside a file.
BESIDE = ("-wal", "-shm")
#: After so many rows in a row that can't be read there are none any more.
_GIVE_UP = 5_000
#: Bytes of the file that SQLite's processes lock while they have it open. Source: sqlite's src/os.h.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510

_STATE = "UPDATE original SET stored = ?, used = ?, cleared = ? WHERE blob = ? AND path = ?"


class Rebuilt(NamedTuple):
    """Where the old file lies now, and how many originals were saved, and could not be."""

    aside: str
    saved: int
    lost: int


def rebuild(file: str) -> Rebuilt:
    """Make a new vault of what can be read of the one at `file`. Raises VaultError.

    The old one is put aside only when the new one is complete.
    """
    fresh, aside = f"{file}.new", f"{file}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        _check_unused(file)
        _remove(fresh)
        with Vault(fresh) as vault:
            saved, lost = _save(file, vault)
        _rename(file, aside)
        _rename(fresh, file)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise VaultError(f"can't be put aside: {why}", where=file) from None
    finally:
        _remove(fresh)
    return Rebuilt(aside, saved, lost)


def _check_unused(file: str) -> None:
    """A process that has it open would write to the old file, and remove what belongs to the new one."""
    from fcntl import LOCK_EX, LOCK_NB, lockf

    with open(file, "r+b") as opened:
        try:
            lockf(opened, LOCK_EX | LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except BlockingIOError:
            remedy = "try again when it is done"
            raise VaultError("another process has it open", where=file, remedy=remedy) from None


def _rename(old: str, new: str) -> None:
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            os.rename(f"{old}{suffix}", f"{new}{suffix}")


def _remove(file: str) -> None:
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            os.unlink(f"{file}{suffix}")


def _save(file: str, fresh: Vault) -> tuple[int, int]:
    """Put what can be read into `fresh`; return how many originals that were, and how many were not."""
    saved = lost = 0
    database = sqlite3.connect(file, timeout=1, isolation_level=None)
    try:
        rows = {row[1]: row[0] for row in _rows(database, "SELECT id, hash FROM piece NOT INDEXED")}
        features = _features(database)
        columns = "id, blob, path, rules, size, stored, used, cleared, pieces"
        for row in _rows(database, f"SELECT {columns} FROM original NOT INDEXED"):  # noqa: S608 - our own
            try:
                content = b"".join(_piece(database, rows, digest) for digest in digests(row[-1]))
                _put(fresh, row, content, features[row[0]])
            except (sqlite3.DatabaseError, ZlibError, KeyError, TypeError, ValueError):
                lost += 1
            else:
                saved += 1
    finally:
        database.close()
    return saved, lost


def _rows(database: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table by their ids, without its indexes; those that can't be read are left out."""
    at = failures = 0
    while failures < _GIVE_UP:
        try:
            row = database.execute(f"{query} WHERE id > ? ORDER BY id LIMIT 1", (at,)).fetchone()
        except sqlite3.DatabaseError:
            failures, at = failures + 1, at + 1
            continue
        if row is None:
            return
        failures, at = 0, row[0]
        yield row


def _features(database: sqlite3.Connection) -> dict[int, list[int]]:
    """Original -> its features; those that can't be read are not missed much."""
    features = defaultdict(list)
    with suppress(sqlite3.DatabaseError):
        for feature, original in database.execute("SELECT hash, original FROM feature"):
            features[original].append(feature)
    return features


def _piece(database: sqlite3.Connection, rows: dict[bytes, int], digest: bytes) -> bytes:
    crc, data = database.execute("SELECT crc, data FROM piece WHERE id = ?", (rows[digest],)).fetchone()
    return unpacked(crc, data)


def _put(fresh: Vault, row: tuple[Any, ...], content: bytes, features: list[int]) -> None:
    _, blob, path, rules, size, *state, _ = row
    if len(content) != size:
        raise Damaged("an original is not whole")
    fresh.put(path=os.fsdecode(path), blob=blob, rules=rules, content=content, features=features)
    with fresh.writing() as database:
        database.execute(_STATE, (*state, blob, path))
