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
from contextlib import contextmanager, suppress
from typing import Self, TypeAlias
from zlib import compress, crc32, decompress
from zlib import error as ZlibError  # noqa: N812

from nbhotel.git.digest import blake2b
from nbhotel.git.vault.file import opened
from nbhotel.git.vault.pieces import pieces
from nbhotel.records import NamedTuple

#: Seconds to wait for another process's transaction.
PATIENCE = 10.0
#: A process compresses what it stores up to so many bytes; beyond, `gc` does it later, so that git needn't
#: wait.
_COMPRESS_AT_ONCE = 1_000_000
#: Bytes of a piece's hash.
DIGEST = 16
#: Features that stand for one original.
FEATURES = 16
#: Originals of one path that a search goes through, the newest first.
_VERSIONS = 6
#: Seconds within which an original that is used once more need not be marked so.
_STILL_FRESH = 3_600.0

#: A content cut into pieces: each one's hash, and its length.
Cut: TypeAlias = list[tuple[bytes, int]]

_SAME = """
SELECT id, blob, edits, stored = (SELECT max(stored) FROM original WHERE path = ?) FROM original
WHERE path = ? AND rules = ? AND pieces = ? AND used > ? AND NOT cleared
"""
_STORED_NOW = "UPDATE original SET stored = ? WHERE id = ?"
_PUT = """
INSERT INTO original (blob, path, rules, size, stored, used, pieces, edits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (blob, path) DO UPDATE
SET rules = excluded.rules, size = excluded.size, stored = excluded.stored, used = excluded.used,
  pieces = excluded.pieces, edits = excluded.edits, cleared = 0
RETURNING id
"""
_CLEARABLE = "SELECT id FROM original WHERE blob = ? AND path = ? AND NOT cleared"
_EXACT = """
SELECT id FROM original WHERE blob = ? AND rules = ? AND NOT cleared ORDER BY path = ? DESC, used DESC LIMIT 1
"""
_BY_BLOB = """
SELECT id FROM original WHERE blob = ? AND NOT cleared ORDER BY path = ? DESC, used DESC LIMIT 2
"""
_BY_PATH = "SELECT id FROM original WHERE path = ? AND NOT cleared ORDER BY stored DESC LIMIT ?"
#: The features come as a JSON list, since SQL knows no list of values.
_BY_FEATURES = """
SELECT id FROM original JOIN (
  SELECT original, count(*) AS shared FROM feature WHERE hash IN (SELECT value FROM json_each(?))
  GROUP BY original
) ON original = id
WHERE shared * 3 >= ? AND NOT cleared ORDER BY shared DESC, stored DESC LIMIT 3
"""


class Known(NamedTuple):
    """What is known of a file's content: git got `blob` of it, which `edits` may tell how to make."""

    identity: int
    blob: str
    edits: str | None
    is_newest: bool


class Damaged(sqlite3.DatabaseError):
    """What is stored is not what was put."""

    sqlite_errorname = "SQLITE_CORRUPT"


def cut_up(content: bytes) -> Cut:
    """Cut a content into pieces, which are stored once each."""
    return [(_digest(piece), len(piece)) for piece in pieces(content)]


def name_of(content: bytes) -> str:
    """Return the vault's name for the blob of a cleaned file, whatever hash the repository uses."""
    return blake2b(content, digest_size=20).hexdigest()


class Vault:
    """An open vault. Use it as a context manager, or close it."""

    def __init__(self, file: str, *, patience: float = PATIENCE) -> None:
        """Open or make the vault at `file`; its folder is made as well. Raises VaultError.

        `patience` is how many seconds to wait for other processes.
        """
        self.file = file
        self._taken_in = 0
        self._used: set[int] = set()
        with self.guarded():
            self.database = opened(file, patience)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._mark_used()
        self.database.close()

    def checkpoint(self) -> None:
        """Move what SQLite's log has into the file, without holding up who writes. Raises VaultError."""
        with self.guarded():
            self.database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Make a VaultError of what goes wrong with the file."""
        try:
            yield
        except (sqlite3.Error, ZlibError, OSError) as error:
            from nbhotel.git.vault.trouble import explained

            raise explained(self.file, error) from None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction; nobody else writes meanwhile. Raises VaultError."""
        with self.guarded(), self.database as database:
            database.execute("BEGIN IMMEDIATE")
            yield database

    def known(self, *, path: str, rules: str, cut: Cut) -> Known | None:
        """Return what is known of a file if its content was put here not long ago. Raises VaultError.

        git cleans a file again and again to see if it is modified.
        """
        at = os.fsencode(path)
        with self.guarded():
            values = (at, at, rules, _listed(cut), time.time() - _STILL_FRESH)
            row = self.database.execute(_SAME, values).fetchone()
        return None if row is None else Known(*row)

    def renew(self, *, identity: int) -> None:
        """Make an original the newest one of its path: that is what lies there now. Raises VaultError."""
        with self.writing() as database:
            database.execute(_STORED_NOW, (time.time(), identity))

    def put(
        self,
        *,
        path: str,
        blob: str,
        rules: str,
        content: bytes,
        features: Iterable[int],
        edits: str | None = None,
        cut: Cut | None = None,
    ) -> None:
        """Store a file's content, of which git got `blob` by cleaning it by `rules`. Raises VaultError.

        It takes the place of an earlier one that was cleaned to the same blob at the same path. `cut` is what
        `cut_up` makes of the content, if somebody has it already.
        """
        cut, now = cut_up(content) if cut is None else cut, time.time()
        with self.writing() as database:
            start = 0
            for digest, length in cut:
                self._put_piece(digest, content, start, length)
                start += length
            values = (blob, os.fsencode(path), rules, len(content), now, now, _listed(cut), edits)
            (identity,) = database.execute(_PUT, values).fetchone()
            rows = [(each, identity) for each in _few(features)]
            database.executemany("INSERT OR IGNORE INTO feature VALUES (?, ?)", rows)

    def clear(self, *, path: str, blob: str) -> None:
        """Give the original of `blob` at `path` out no more: it lies there clean now. Raises VaultError.

        Somebody took the outputs out by hand, or they could not be put back once. So people still find it,
        until it is swept.
        """
        values = (blob, os.fsencode(path))
        for identity in self._found(_CLEARABLE, values):
            with self.writing() as database:
                database.execute("UPDATE original SET cleared = 1 WHERE id = ?", (identity,))

    def exact(self, *, path: str, blob: str, rules: str) -> bytes | None:
        """Return the original that `rules` clean to `blob`, preferably at `path`. Raises VaultError."""
        found = self._found(_EXACT, (blob, rules, os.fsencode(path)))
        return self._taken(found[0]) if found else None

    def alike(self, *, path: str, blob: str, features: Iterable[int]) -> Iterator[bytes]:
        """Yield originals that may hold what belongs into `blob` at `path`, the likeliest first.

        They are looked for and read as they are asked for. Raises VaultError.
        """
        at, few = os.fsencode(path), _few(features)
        queries: tuple[tuple[str, tuple[object, ...]], ...] = (
            (_BY_BLOB, (blob, at)),
            (_BY_PATH, (at, _VERSIONS)),
            (_BY_FEATURES, (str(few), len(few))),
        )
        seen = set()
        for query, values in queries:
            for identity in self._found(query, values):
                content = None if identity in seen else self._taken(identity)
                seen.add(identity)
                if content is not None:
                    yield content

    def read(self, identity: int) -> bytes | None:
        """Return the content of one original; None if it is gone by now. Raises VaultError."""
        with self.guarded(), self.database as database:
            database.execute("BEGIN")  # all of it as it is at one moment
            row = database.execute("SELECT pieces, size FROM original WHERE id = ?", (identity,)).fetchone()
            return None if row is None else self._content(*row)

    def _put_piece(self, digest: bytes, content: bytes, start: int, length: int) -> None:
        """Store a piece unless it is there already."""
        if self.database.execute("SELECT 1 FROM piece WHERE hash = ?", (digest,)).fetchone() is None:
            piece = content[start : start + length]
            self._taken_in += length
            at_once = self._taken_in <= _COMPRESS_AT_ONCE
            values = (digest, None, compress(piece, 1)) if at_once else (digest, crc32(piece), piece)
            self.database.execute("INSERT INTO piece (hash, crc, data) VALUES (?, ?, ?)", values)

    def _content(self, listed: bytes, size: int) -> bytes:
        content = b"".join(map(self._piece, digests(listed)))
        if len(content) != size:
            raise Damaged("an original is not whole")
        return content

    def _piece(self, digest: bytes) -> bytes:
        row = self.database.execute("SELECT crc, data FROM piece WHERE hash = ?", (digest,)).fetchone()
        if row is None:
            raise Damaged("a piece is missing")
        return unpacked(*row)

    def _found(self, query: str, values: tuple[object, ...]) -> list[int]:
        with self.guarded():
            return [identity for (identity,) in self.database.execute(query, values)]

    def _taken(self, identity: int) -> bytes | None:
        content = self.read(identity)
        if content is not None:
            self._used.add(identity)
        return content

    def _mark_used(self) -> None:
        """What was used last matters little: nobody waits for that, or hears that it can't be written."""
        if not self._used:
            return
        now = time.time()
        with suppress(sqlite3.Error), self.database as database:
            database.execute("PRAGMA busy_timeout = 0")
            database.execute("BEGIN IMMEDIATE")
            rows = [(now, identity, now - _STILL_FRESH) for identity in self._used]
            database.executemany("UPDATE original SET used = ? WHERE id = ? AND used < ?", rows)


def digests(listed: bytes) -> Iterator[bytes]:
    """Yield the hashes of an original's pieces, in order."""
    return (listed[at : at + DIGEST] for at in range(0, len(listed), DIGEST))


def unpacked(crc: int | None, data: bytes) -> bytes:
    """Return a piece as it was put. Raises zlib.error, Damaged if it isn't that any more."""
    if crc is None:
        return decompress(data)
    if crc32(data) != crc:
        raise Damaged("a piece is not as it was put")
    return data


def _listed(cut: Cut) -> bytes:
    return b"".join(digest for digest, _ in cut)


def _digest(piece: bytes) -> bytes:
    return blake2b(piece, digest_size=DIGEST).digest()


def _few(features: Iterable[int]) -> list[int]:
    return sorted(set(features))[:FEATURES]
