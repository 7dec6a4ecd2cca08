"""The vault's file: made when there is none, opened, and never touched if another version wrote it."""

from __future__ import annotations

import os
import sqlite3

from nbhotel.database import make_tables, version_of

#: Raised when what is stored changes its form.
VERSION = 2
#: Pages of 4 KB that SQLite's log grows to before who writes has to move them into the file, and waits for
#: the disk: git waits as well. With SQLite's own 1,000 that was half the time of storing 500 notebooks.
_LOG = 16_000

# `gc` gives space back bit by bit (auto_vacuum), so that no git has to wait for long.
# Identities are never given twice (AUTOINCREMENT): who holds one gets that original, or none.
# Paths are bytes, as git has them. A piece that is not compressed yet has a checksum; zlib's data have one
# of their own. `edits` make of an original what git got instead of it, where these were few.
_SCHEMA = """
CREATE TABLE piece (id INTEGER PRIMARY KEY, hash BLOB UNIQUE, crc INTEGER, data BLOB);
CREATE TABLE original (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  blob TEXT, path BLOB, rules TEXT, size INTEGER, stored REAL, used REAL, pieces BLOB,
  cleared INTEGER DEFAULT 0, edits TEXT,
  UNIQUE (blob, path)
);
CREATE INDEX original_path ON original (path, stored);
CREATE TABLE feature (hash INTEGER, original INTEGER, PRIMARY KEY (hash, original)) WITHOUT ROWID;
"""


def opened(file: str, patience: float) -> sqlite3.Connection:
    """Open the vault at `file`, or make it, and its folder as well.

    `patience` is how many seconds to wait for other processes. Raises VaultError if another version of
    nbhotel wrote it, sqlite3.Error and OSError as they come.
    """
    if not os.path.exists(file):
        _make_folder(os.path.dirname(file))
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    database = sqlite3.connect(file, timeout=patience, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(f"PRAGMA wal_autocheckpoint = {_LOG}")
        make_tables(database, _SCHEMA.split(";"), VERSION)
        if version_of(database) != VERSION:
            from nbhotel.git.vault.trouble import other_version

            raise other_version(file)
    except BaseException:
        database.close()
        raise
    return database


def _make_folder(folder: str) -> None:
    """Whoever may write the repository may have a vault of his own there, which only he can read."""
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, os.stat(os.path.dirname(folder)).st_mode & 0o7777)
