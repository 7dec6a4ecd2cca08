"""From the words of a command line to the pairs of files to compare: on disk, or in git."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nbhotel.cli.documents import ABSENT, NOTHING, Document, Pair
from nbhotel.cli.folders import is_glob, is_many, pairs_of_files
from nbhotel.cli.notebooks import read_bytes
from nbhotel.errors import InputError, UsageError

if TYPE_CHECKING:
    from nbhotel.git.revisions import Repository


def pairs(
    words: Sequence[str], paths: Sequence[str] | None, *, cached: bool, environment: Mapping[str, str]
) -> Iterator[Pair]:
    """Yield what to compare. `paths` is what stood after `--`, None without a `--`.

    Raises UsageError, InputError and MissingPart.
    """
    if paths is None and not cached and len(words) == 2:
        if all(map(_is_here, words)):
            return _on_disk(words[0], words[1])
        if any(":" in word or _is_here(word) for word in words):
            found = _documents(words, environment)
            if found:
                return iter([found])
    from nbhotel.cli.changes import changes

    return changes(words, paths, cached=cached, environment=environment)


def _is_here(word: str) -> bool:
    return word == "-" or os.path.exists(word) or is_glob(word)


def _on_disk(old: str, new: str) -> Iterator[Pair]:
    if old == new == "-":
        raise UsageError("standard input can be read only once")
    if is_many(old) and is_many(new):
        for a, b in pairs_of_files(old, new):
            yield _document(a), _document(b)
        return
    if os.path.isdir(old):
        old = os.path.join(old, os.path.basename(new))
    elif os.path.isdir(new):
        new = os.path.join(new, os.path.basename(old))
    yield _document(_single(old)), _document(_single(new))


def _single(word: str) -> str:
    if not is_glob(word):
        return word
    from glob import glob

    found = glob(word, recursive=True)
    if len(found) != 1:
        raise InputError(f"matches {len(found)} files, and the other side is one", where=word)
    return found[0]


def _document(path: str | None) -> Document:
    if path is None or path == NOTHING:
        return ABSENT
    return Document("standard input" if path == "-" else path, read_bytes(path))


def _documents(words: Sequence[str], environment: Mapping[str, str]) -> Pair | None:
    """Two files, at least one of them in git, such as `HEAD~3:a.ipynb`; None if they are none."""
    repository = _repository(environment)
    if repository is None:
        return None
    found = [_in_git_or_here(word, repository) for word in words]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _in_git_or_here(word: str, repository: Repository) -> Document | None:
    if _is_here(word) and not is_many(word):
        return _document(word)
    blob = repository.blob(word) if ":" in word else None
    return None if blob is None else Document(word, next(repository.contents([blob])))


def _repository(environment: Mapping[str, str]) -> Repository | None:
    from nbhotel.errors import MissingPart
    from nbhotel.git.revisions import Repository

    try:
        return Repository(".", environment)
    except (InputError, MissingPart):
        return None
