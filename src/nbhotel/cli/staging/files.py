"""Which notebooks the words name: files, folders, or without a word all that differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nbhotel.cli.staging.verbs import UNSTAGE, Verb
from nbhotel.git.revisions import INDEX, NEWEST, WORKTREE, Repository

if TYPE_CHECKING:
    import argparse

_EVERYWHERE = ":(top)*.ipynb"
_BELOW = "*.ipynb"


def named(args: argparse.Namespace, verb: Verb) -> Iterator[str]:
    """Yield paths of notebooks, each once. Raises InputError, MissingPart."""
    seen: set[str] = set()
    for word in args.notebooks or [""]:
        for path in _differing(word, verb) if not word or os.path.isdir(word) else [word]:  # noqa: PTH112
            if path not in seen:
                seen.add(path)
                yield path


def _differing(folder: str, verb: Verb) -> Iterator[str]:
    """The notebooks below a folder, or in the repository, that differ."""
    repository = Repository(folder or ".", os.environ)
    places = (NEWEST, INDEX) if verb is UNSTAGE else (INDEX, WORKTREE)
    for change in repository.changed(*places, [_BELOW if folder else _EVERYWHERE]):
        version = change.new or change.old
        if version is not None:
            yield os.path.relpath(os.path.join(repository.top, version.path))  # noqa: PTH118
