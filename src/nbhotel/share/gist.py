"""Notebooks and small data files as a gist: what leaves, what must not, and where it went."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nbhotel.chain.config import load_chain
from nbhotel.chain.filters.secrets import Secrets
from nbhotel.errors import InputError, ShareError, UsageError
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook, dumps
from nbhotel.records import NamedTuple
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.host import Snippet, SnippetHost
from nbhotel.share.hosts.kinds import Snippets
from nbhotel.share.links import Link, Place, remember
from nbhotel.share.scanning import scanned

_NOTEBOOK = ".ipynb"


class Piece(NamedTuple):
    """One file as it leaves: where it lies, its name in the gist, its text; the notebook, if it is one."""

    path: str
    name: str
    text: str
    notebook: Notebook | None


class Suspicion(NamedTuple):
    """What looks like a secret: in which file, and where and what it is; the secret itself is not in it."""

    path: str
    what: str


def pieces_of(paths: Sequence[str], limits: Snippets, *, strip: bool) -> list[Piece]:
    """Read files as they are to leave; `strip` runs the chain `vcs` on notebooks.

    Raises InputError, UsageError, ConfigError: what a gist can't hold is refused before anything is sent.
    """
    pieces: dict[str, Piece] = {}
    for path in dict.fromkeys(paths):
        piece = _piece(path, limits, strip=strip)
        other = pieces.setdefault(piece.name, piece)
        if os.path.realpath(other.path) != os.path.realpath(path):
            what = f"has the same name as {other.path}, and a {limits.word} has no folders"
            raise UsageError(what, where=path, remedy="rename one")
    if len(pieces) > limits.most:
        raise UsageError(f"a {limits.word} has at most {limits.most} files, and these are {len(pieces)}")
    return list(pieces.values())


def suspicions(pieces: Iterable[Piece]) -> list[Suspicion]:
    """Return what looks like a secret in what would leave."""
    return [Suspicion(piece.path, what) for piece in pieces for what in _suspicious(piece)]


def make(
    host: SnippetHost, pieces: Sequence[Piece], place: Place, description: str, *, public: bool
) -> Snippet:
    """Make a gist and remember it. Raises ShareError."""
    made = host.make_snippet(_texts(pieces), description, public=public)
    return _remembered(made, pieces, place, f"the {_word(host)} was made")


def update(
    host: SnippetHost, pieces: Sequence[Piece], place: Place, link: Link, description: str | None
) -> Snippet:
    """Put files into the gist that they were shared as, and remember it. None: the description stays.

    Raises ShareError.
    """
    try:
        updated = host.update_snippet(link.id, _texts(pieces), description)
    except Gone:
        remedy = "without --update a new one is made"
        raise ShareError(f"the {_word(host)} is gone", where=link.address, remedy=remedy) from None
    return _remembered(updated, pieces, place, f"the {_word(host)} was updated")


def _piece(path: str, limits: Snippets, *, strip: bool) -> Piece:
    data = _content(path, limits.word)
    name = os.path.basename(path)
    notebook = _notebook(path, data, strip=strip) if name.endswith(_NOTEBOOK) else None
    if notebook and strip:
        cleaned = load_chain("vcs", os.path.dirname(os.path.abspath(path))).clean(notebook)
        data = data if cleaned is notebook else dump_notebook(cleaned)
        notebook = cleaned
    if len(data) > limits.largest:
        most = f"a file of a {limits.word} has at most {limits.largest // 10**6} MB"
        what = f"has {len(data) / 1e6:.1f} MB; {most}"
        raise InputError(what, where=path, remedy="`nbhotel clean` takes outputs out" if notebook else "")
    if not data.strip():
        raise InputError(f"is empty, and a {limits.word} takes no empty files", where=path)
    try:
        return Piece(path, name, data.decode(), notebook)
    except UnicodeDecodeError:
        raise InputError(f"is no text in UTF-8, and a {limits.word} takes nothing else", where=path) from None


def _content(path: str, word: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise InputError("there is no such file", where=path) from None
    except IsADirectoryError:
        raise InputError(f"is a folder, and a {word} has none", where=path) from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", where=path) from None


def _notebook(path: str, data: bytes, *, strip: bool) -> Notebook | None:
    """The notebook; None for a broken one, which leaves as it is unless something is to be taken out."""
    notebook = read_notebook(data)
    if not isinstance(notebook, Broken):
        return notebook
    if strip:
        raise InputError(notebook.message, where=path, remedy="`nbhotel repair` mends it")
    return None


def _suspicious(piece: Piece) -> Iterator[str]:
    if piece.notebook is None:
        for line, what in scanned(piece.text.encode()):
            yield f"line {line}: {what}"
        return
    for found in Secrets(entropy=True, redact=False).findings(piece.notebook):
        yield f"cell {(found.cell or 0) + 1}: {found.reason}"
    cells = {f"cell {number}: ": cell.raw for number, cell in enumerate(piece.notebook.cells, 1)}
    for where, raw in {"": piece.notebook.raw, **cells}.items():
        for _, what in scanned(dumps(raw.get("metadata", {})).encode()):
            yield f"{where}metadata: {what}"


def _word(host: SnippetHost) -> str:
    return host.kind.snippets.word if host.kind.snippets else "snippet"


def _texts(pieces: Sequence[Piece]) -> Mapping[str, str]:
    return {piece.name: piece.text for piece in pieces}


def _remembered(snippet: Snippet, pieces: Sequence[Piece], place: Place, done: str) -> Snippet:
    try:
        remember(place, snippet, {piece.name: piece.path for piece in pieces})
    except ShareError as error:
        what = f"{done}: {snippet.address}; but that can't be remembered: {error.what}"
        raise ShareError(what, where=error.where, remedy=error.remedy) from None
    return snippet
