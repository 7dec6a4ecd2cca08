"""Files as they leave, and what in them looks like a secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbhotel.chain.filters.secrets import Secrets
from nbhotel.chain.secrets import located
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.writing import dumps
from nbhotel.records import NamedTuple


class Piece(NamedTuple):
    """One file as it leaves: where it lies, its name there, its text; the notebook, if it is one."""

    path: str
    name: str
    text: str
    notebook: Notebook | None


class Suspicion(NamedTuple):
    """What looks like a secret: in which file, and where and what it is; the secret itself is not in it."""

    path: str
    what: str


def suspicions(pieces: Iterable[Piece]) -> list[Suspicion]:
    """Return what looks like a secret in what would leave."""
    return [Suspicion(piece.path, what) for piece in pieces for what in _suspicious(piece)]


def _suspicious(piece: Piece) -> Iterator[str]:
    if piece.notebook is None:
        for line, what in located(piece.text):
            yield f"line {line}: {what}"
        return
    for found in Secrets(entropy=True, redact=False).findings(piece.notebook):
        yield f"cell {(found.cell or 0) + 1}: {found.reason}"
    cells = {f"cell {number}: ": cell.raw for number, cell in enumerate(piece.notebook.cells, 1)}
    for where, raw in {"": piece.notebook.raw, **cells}.items():
        for _, what in located(dumps(raw.get("metadata", {}))):
            yield f"{where}metadata: {what}"
