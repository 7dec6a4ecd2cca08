"""What is in a vault: how much, and which originals."""

from __future__ import annotations

import os
from collections.abc import Iterable

from nbhotel.git.digest import blake2b
from nbhotel.git.vault.store import Vault
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.records import NamedTuple

_COUNTS = "SELECT count(*), count(DISTINCT path), coalesce(sum(size), 0), min(used), max(used) FROM original"


class Stats(NamedTuple):
    """How much is in a vault; sizes in bytes, times in seconds since the epoch.

    `file` is what lies on the disk, `size` all originals together, `stored` what is kept of them.
    """

    originals: int
    paths: int
    size: int
    stored: int
    file: int
    oldest: float | None
    newest: float | None


class Original(NamedTuple):
    """One original. `name` is a hash of its content, `path` below the top; `size` is in bytes."""

    id: int
    name: str
    path: str
    stored: float
    used: float
    size: int


def stats(vault: Vault) -> Stats:
    """Count what is stored. Raises VaultError."""
    with vault.guarded():
        (number, paths, size, oldest, newest) = vault.database.execute(_COUNTS).fetchone()
        (stored,) = vault.database.execute("SELECT coalesce(sum(length(data)), 0) FROM piece").fetchone()
    return Stats(number, paths, size, stored, size_on_disk(vault.file), oldest, newest)


def size_on_disk(file: str) -> int:
    """Return the bytes of a vault's file, and of what SQLite has beside it."""
    return sum(os.stat(each).st_size for each in (file, f"{file}-wal") if os.path.exists(each))


def originals(vault: Vault) -> list[Original]:
    """Return all originals, the one stored last first. Raises VaultError."""
    query = "SELECT id, pieces, path, stored, used, size FROM original ORDER BY stored DESC, id DESC"
    with vault.guarded():
        rows = vault.database.execute(query).fetchall()
    return [Original(row[0], _name(row[1]), os.fsdecode(row[2]), *row[3:]) for row in rows]


def outputs(content: bytes) -> int | None:
    """Return how many outputs a notebook has; None if it is none."""
    notebook = read_notebook(content)
    return sum(len(cell.outputs) for cell in notebook.cells) if isinstance(notebook, Notebook) else None


def spellings(text: str) -> Iterable[bytes]:
    """Return the ways in which a text may be written in a notebook's JSON."""
    from json import dumps

    both = (dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return dict.fromkeys(each.encode("utf-8", "surrogateescape") for each in both)


def _name(listed: bytes) -> str:
    """The same content has the same name, whatever becomes of the vault."""
    return blake2b(listed, digest_size=8).hexdigest()
