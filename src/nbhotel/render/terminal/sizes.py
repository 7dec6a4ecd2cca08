"""How much something is."""

from __future__ import annotations

from nbhotel.notebook.model import Json, multiline
from nbhotel.render.terminal.fields import compact


def in_bytes(count: int) -> str:
    """Return a number of bytes as people write it."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 10**6:.1f} MB" if count < 10**9 else f"{count / 10**9:.1f} GB"


def weight(value: Json) -> str:
    """Return how much a mime type's data are, such as "2.1 kB"."""
    text = multiline(value)
    return in_bytes(len(compact(value) if text is None else text))
