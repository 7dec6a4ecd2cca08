"""Notebooks and small data files as a gist: what leaves, what must not, and where it went."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from nbhotel.chain.config import load_chain
from nbhotel.errors import InputError, ShareError, UsageError
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook
from nbhotel.records import NamedTuple
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.host import Snippet, SnippetHost
from nbhotel.share.hosts.kinds import Kind, Snippets
from nbhotel.share.hosts.opening import snippets_of
from nbhotel.share.links import Link, Place, link_of, place_of, remember
from nbhotel.share.pieces import Piece
from nbhotel.userdirs import state_home

_NOTEBOOK = ".ipynb"


class GistWish(NamedTuple):
    """What somebody wants: files as a new gist, or in the one that was made of them.

    `strip` runs the chain `vcs` on notebooks. `description` None: the names of the files, or as it was.
    """

    paths: Sequence[str]
    strip: bool
    public: bool
    update: bool
    description: str | None


class GistDraft(NamedTuple):
    """A gist that can leave: its files; where it will be remembered; the newest one of these files."""

    pieces: Sequence[Piece]
    limits: Snippets
    place: Place
    link: Link | None


def draft(wish: GistWish, kind: Kind, host: str, environment: Mapping[str, str]) -> GistDraft:
    """Read and look at all before anything is sent.

    Raises InputError, UsageError, ConfigError, and ShareError if there is nothing to update.
    """
    limits = snippets_of(kind, host)
    pieces = pieces_of(wish.paths, limits, strip=wish.strip)
    place = place_of(wish.paths[0], environment, state_home(environment))
    link = link_of(place, host, wish.paths)
    if wish.update and link is None:
        what = f"no {limits.word} of it is known in {place.file}, so there is nothing to update"
        raise ShareError(what, where=wish.paths[0], remedy="without --update one is made")
    return GistDraft(pieces, limits, place, link)


def send(wish: GistWish, ready: GistDraft, host: SnippetHost) -> Snippet:
    """Make or update a gist, and remember it. Raises ShareError."""
    texts = {piece.name: piece.text for piece in ready.pieces}
    if wish.update and ready.link:
        snippet = _updated(host, ready.link, texts, wish.description, ready.limits.word)
    else:
        description = wish.description or ", ".join(texts)
        snippet = host.make_snippet(texts, description, public=wish.public)
    try:
        remember(ready.place, snippet, {piece.name: piece.path for piece in ready.pieces})
    except ShareError as error:
        done = f"the {ready.limits.word} was {'updated' if wish.update else 'made'}: {snippet.address}"
        what = f"{done}; but that can't be remembered: {error.what}"
        raise ShareError(what, where=error.where, remedy=error.remedy) from None
    return snippet


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


def _updated(
    host: SnippetHost, link: Link, texts: Mapping[str, str], description: str | None, word: str
) -> Snippet:
    try:
        return host.update_snippet(link.id, texts, description)
    except Gone:
        remedy = "without --update a new one is made"
        raise ShareError(f"the {word} is gone", where=link.address, remedy=remedy) from None


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
