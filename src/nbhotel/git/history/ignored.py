"""The commits that a blame is to pass over, as git-blame(1) has --ignore-rev and --ignore-revs-file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from nbhotel.errors import InputError
from nbhotel.git.calls import Git
from nbhotel.git.revisions import Repository


def ignored_commits(
    repository: Repository, git: Git, revisions: Sequence[str], files: Sequence[str]
) -> set[str]:
    """Return ids of commits: of `revisions`, and of those that `files` and the configuration's files list.

    An empty name among the files takes back all files before it. Raises InputError.
    """
    found = {_commit(repository, word, "") for word in revisions}
    for file in _effective([*_configured(git), *files]):
        found |= {_commit(repository, word, file) for word in _listed(file)}
    return found


def shallow_roots(git: Git) -> set[str]:
    """Return the commits whose parents a shallow clone does not have. Raises InputError."""
    try:
        with open(git.path("shallow"), encoding="ascii") as file:
            return set(file.read().split())
    except (FileNotFoundError, UnicodeDecodeError):
        return set()


def _configured(git: Git) -> Iterator[str]:
    """Of the configuration; relative names are from the top of the worktree."""
    words = ("config", "-z", "--get-all", "--path", "blame.ignoreRevsFile")
    for name in (git.ask(*words) or "").split("\0")[:-1]:
        yield os.path.join(git.folder, git.top(), name) if name else ""


def _effective(files: Sequence[str]) -> Sequence[str]:
    last = max((number for number, file in enumerate(files, 1) if not file), default=0)
    return files[last:]


def _listed(file: str) -> Iterator[str]:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as opened:
            lines = opened.read().splitlines()
    except OSError as error:
        raise InputError(f"can't be read: {(error.strerror or '').lower()}", where=file) from None
    for line in lines:
        word = line.partition("#")[0].strip()
        if word:
            yield word


def _commit(repository: Repository, word: str, file: str) -> str:
    found = repository.commit(word)
    if found is None:
        raise InputError("is no commit" if not file else f"{word} is no commit", where=file or word)
    return found
