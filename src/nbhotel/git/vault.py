"""The vault: files as they were before the clean filter took the outputs out. One SQLite file per repository.

An *original* is a file as it lay in the worktree, cut into pieces that are stored once each, whatever how
many versions share them. It is found by the blob that git got instead of it, by its path, or by its
*features*: hashes of cells' ids and sources, of which a few stand for the notebook (MinHash), so that a
renamed and edited notebook is found as well.

Several git processes may use it at once (SQLite's write-ahead log, short transactions, a patient lock), and
each may be killed at any point. It is a cache of what people can make again, not a record: losing it loses
no source, and whatever goes wrong in it must not keep git from working. So every failure is a VaultError.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple, Self
from zlib import compress, decompress
from zlib import error as ZlibError  # noqa: N812

from nbhotel.errors import VaultError
from nbhotel.git.pieces import pieces

#: Raised when what is stored changes its form; an older vault is put aside.
VERSION = 1
#: Seconds to wait for another process's transaction.
_PATIENCE = 10.0
#: A process compresses what it stores up to so many bytes; beyond, `gc` does it later, so that git needn't
#: wait.
_COMPRESS_AT_ONCE = 4_000_000
#: Bytes of a piece's hash.
DIGEST = 16
#: Features that stand for one original.
FEATURES = 16
#: Originals of one path that a search goes through, the newest first.
_VERSIONS = 6

_SCHEMA = """
CREATE TABLE piece (id INTEGER PRIMARY KEY, hash BLOB UNIQUE, packed INTEGER, data BLOB);
CREATE TABLE original (
  id INTEGER PRIMARY KEY, blob TEXT, path TEXT, rules TEXT, size INTEGER, stored REAL, used REAL, pieces BLOB,
  UNIQUE (blob, path)
);
CREATE INDEX original_path ON original (path, used);
CREATE TABLE feature (hash INTEGER, original INTEGER, PRIMARY KEY (hash, original)) WITHOUT ROWID;
"""

_PUT = """
INSERT INTO original (blob, path, rules, size, stored, used, pieces) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (blob, path) DO UPDATE
SET rules = excluded.rules, size = excluded.size, stored = excluded.stored, used = excluded.used,
  pieces = excluded.pieces
RETURNING id
"""
_BY_BLOB = "SELECT id, pieces FROM original WHERE blob = ? ORDER BY path = ? DESC, used DESC LIMIT 2"
_BY_PATH = "SELECT id, pieces FROM original WHERE path = ? ORDER BY stored DESC LIMIT ?"
#: The features come as a JSON list, since SQL knows no list of values.
_BY_FEATURES = """
SELECT id, pieces FROM original JOIN (
  SELECT original, count(*) AS shared FROM feature WHERE hash IN (SELECT value FROM json_each(?))
  GROUP BY original
) ON original = id
WHERE shared * 3 >= ? ORDER BY shared DESC, stored DESC LIMIT 3
"""


class Stats(NamedTuple):
    """What is in the vault; sizes in bytes, times in seconds since the epoch."""

    originals: int
    paths: int
    size: int
    stored: int
    oldest: float | None
    newest: float | None


class Vault:
    """An open vault. Use as a context manager."""

    def __init__(self, file: str) -> None:
        """Open or make the vault at `file`; its folder is made as well. Raises VaultError."""
        self.file = file
        self._uncompressed = 0
        try:
            self.database = self._opened()
        except (sqlite3.Error, OSError) as error:
            raise VaultError(f"can't be used: {error}", where=file) from None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def put(self, *, path: str, blob: str, rules: str, content: bytes, features: Iterable[int]) -> None:
        """Store a file's content, of which git got `blob` by cleaning it by `rules`. Raises VaultError.

        It takes the place of an earlier one that was cleaned to the same blob at the same path.
        """
        now = time.time()
        try:
            with self.database as database:
                database.execute("BEGIN IMMEDIATE")
                listed = b"".join(self._put_piece(piece) for piece in pieces(content))
                values = (blob, path, rules, len(content), now, now, listed)
                row = database.execute(_PUT, values).fetchone()
                few = sorted(set(features))[:FEATURES]
                database.execute("DELETE FROM feature WHERE original = ?", row)
                database.executemany("INSERT INTO feature VALUES (?, ?)", [(each, row[0]) for each in few])
        except sqlite3.Error as error:
            raise VaultError(f"can't store: {error}", where=self.file) from None

    def forget(self, *, path: str, blob: str) -> None:
        """Forget the original of `blob` at `path`: its outputs were taken out by hand. Raises VaultError."""
        try:
            row = self.database.execute(
                "SELECT id FROM original WHERE blob = ? AND path = ?", (blob, path)
            ).fetchone()
            if row is not None:
                with self.database as database:
                    database.execute("BEGIN IMMEDIATE")
                    database.execute("DELETE FROM feature WHERE original = ?", row)
                    database.execute("DELETE FROM original WHERE id = ?", row)
        except sqlite3.Error as error:
            raise VaultError(f"can't store: {error}", where=self.file) from None

    def exact(self, *, path: str, blob: str, rules: str) -> bytes | None:
        """Return the original that `rules` clean to `blob`, preferably at `path`. Raises VaultError."""
        try:
            row = self.database.execute(
                "SELECT id, pieces FROM original WHERE blob = ? AND rules = ?"
                " ORDER BY path = ? DESC, used DESC",
                (blob, rules, path),
            ).fetchone()
            return None if row is None else self._taken(*row)
        except (sqlite3.Error, ZlibError) as error:
            raise VaultError(f"can't be read: {error}", where=self.file) from None

    def alike(self, *, path: str, blob: str, features: Iterable[int]) -> Iterator[bytes]:
        """Yield originals that may hold what belongs into `blob` at `path`, the likeliest first.

        Raises VaultError.
        """
        try:
            for identity, listed in self._candidates(path, blob, features):
                yield self._taken(identity, listed)
        except (sqlite3.Error, ZlibError) as error:
            raise VaultError(f"can't be read: {error}", where=self.file) from None

    def stats(self) -> Stats:
        """Count what is stored. Raises VaultError."""
        try:
            counts = self.database.execute(
                "SELECT count(*), count(DISTINCT path), coalesce(sum(size), 0), min(used), max(used)"
                " FROM original"
            ).fetchone()
            (stored,) = self.database.execute("SELECT coalesce(sum(length(data)), 0) FROM piece").fetchone()
        except sqlite3.Error as error:
            raise VaultError(f"can't be read: {error}", where=self.file) from None
        return Stats(counts[0], counts[1], counts[2], stored, counts[3], counts[4])

    def _opened(self) -> sqlite3.Connection:
        os.makedirs(os.path.dirname(self.file), mode=0o700, exist_ok=True)
        if not os.path.exists(self.file):
            os.close(os.open(self.file, os.O_CREAT | os.O_WRONLY, 0o600))
        db = sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._make(db)
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:  # nobody else was faster
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                db.execute(f'DROP TABLE "{name}"')
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")

    def _put_piece(self, piece: bytes) -> bytes:
        """Store a piece unless it is there already, and return its hash."""
        digest = _digest(piece)
        if self.database.execute("SELECT 1 FROM piece WHERE hash = ?", (digest,)).fetchone() is None:
            packed = self._uncompressed + len(piece) <= _COMPRESS_AT_ONCE
            self._uncompressed += len(piece)
            data = compress(piece, 1) if packed else piece
            self.database.execute(
                "INSERT INTO piece (hash, packed, data) VALUES (?, ?, ?)", (digest, packed, data)
            )
        return digest

    def _content(self, listed: bytes) -> bytes:
        parts = []
        for start in range(0, len(listed), DIGEST):
            digest = listed[start : start + DIGEST]
            row = self.database.execute("SELECT packed, data FROM piece WHERE hash = ?", (digest,)).fetchone()
            if row is None:
                raise sqlite3.DatabaseError("a piece is missing")
            parts.append(decompress(row[1]) if row[0] else row[1])
        return b"".join(parts)

    def _candidates(self, path: str, blob: str, features: Iterable[int]) -> list[tuple[int, bytes]]:
        few = sorted(set(features))[:FEATURES]
        rows = self.database.execute(_BY_BLOB, (blob, path)).fetchall()
        rows += self.database.execute(_BY_PATH, (path, _VERSIONS)).fetchall()
        rows += self.database.execute(_BY_FEATURES, (str(few), len(few))).fetchall()
        return list(dict.fromkeys(rows))

    def _taken(self, identity: int, listed: bytes) -> bytes:
        content = self._content(listed)
        try:  # nothing depends on when it was used last, so nobody waits for that
            self.database.execute("UPDATE original SET used = ? WHERE id = ?", (time.time(), identity))
        except sqlite3.OperationalError:
            return content
        return content


def _digest(piece: bytes) -> bytes:
    return blake2b(piece, digest_size=DIGEST).digest()
