"""What tests of the vault put into it."""

from __future__ import annotations

import time
from pathlib import Path

from nbhotel.git.vault.store import Vault

#: What came of cleaning: the rules don't matter to the vault.
RULES = "rules"


def vault_file(folder: Path) -> str:
    """Where a repository at `folder` would have its vault."""
    (folder / ".git").mkdir(exist_ok=True)
    return str(folder / ".git/nbhotel/vault.sqlite")


def content(text: str, size: int = 80_000) -> bytes:
    """A file of some cells, of which only the last one tells it from others."""
    cells = [f'"outputs": [{number}{"x" * 20_000}]' for number in range(size // 20_000)]
    return "".join([*cells, f'"outputs": ["{text}"]']).encode()


def put(vault: Vault, path: str, blob: str, text: str = "", *, days_ago: float = 0) -> bytes:
    """Put a file that was cleaned to `blob`, so many days ago, and return its content."""
    data = content(text or f"{path} {blob}")
    vault.put(path=path, blob=blob, rules=RULES, content=data, features=[])
    if days_ago:
        at = time.time() - days_ago * 86_400
        with vault.writing() as database:
            times = (at, at, path.encode(), blob)
            database.execute("UPDATE original SET used = ?, stored = ? WHERE path = ? AND blob = ?", times)
    return data


def blobs(vault: Vault) -> set[str]:
    """The blobs of which it has an original."""
    return {blob for (blob,) in vault.database.execute("SELECT blob FROM original")}


def count(vault: Vault, table: str) -> int:
    """How many rows a table has."""
    return int(vault.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
