"""Which notebooks the words name: files, folders, or without a word all that differ."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from nbhotel.cli.staging.verbs import DISCARD, UNSTAGE, Verb
from nbhotel.errors import InputError, UsageError
from nbhotel.git.calls import Git
from nbhotel.git.revisions import INDEX, NEWEST, WORKTREE, Repository

if TYPE_CHECKING:
    import argparse

_EVERYWHERE = ":(top)*.ipynb"
_BELOW = "*.ipynb"


def git_environment() -> dict[str, str]:
    """Return the environment for git in any folder of the repository that this process is in.

    With GIT_DIR alone (hooks and aliases in linked worktrees have it) git takes each folder for the top.
    """
    environment = dict(os.environ)
    if "GIT_DIR" in environment and "GIT_WORK_TREE" not in environment:
        git = Git(".", environment)
        top = git.top()
        if top:
            environment |= {"GIT_DIR": git.run("rev-parse", "--absolute-git-dir"), "GIT_WORK_TREE": top}
    return environment


def named(args: argparse.Namespace, verb: Verb, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield paths of notebooks, each once. Raises UsageError, InputError, MissingPart."""
    revision = args.revision if verb is DISCARD else None
    # An empty variable of a script must not mean all notebooks, or the index.
    if "" in args.notebooks or revision == "":
        raise UsageError("the name of a notebook is empty" if "" in args.notebooks else "--from is empty")
    seen: set[str] = set()
    for word in args.notebooks or [None]:
        found: Iterable[str] = [word]
        if word is None or os.path.isdir(word):  # noqa: PTH112
            repository = Repository(word or ".", environment)
            sides = _sides(repository, verb, revision)
            found = _differing(repository, sides, below=word is not None)
        for path in found:
            whole = os.path.abspath(path)  # noqa: PTH100
            if whole not in seen:
                seen.add(whole)
                yield path


def _sides(repository: Repository, verb: Verb, revision: str | None) -> tuple[str, str]:
    if verb is UNSTAGE:
        return NEWEST, INDEX
    tree = repository.tree(revision) if revision else INDEX
    if tree is None:
        raise InputError("is no git revision", where=revision or "")
    return tree, WORKTREE


def _differing(repository: Repository, sides: tuple[str, str], *, below: bool) -> Iterator[str]:
    """The notebooks below the repository's folder, or in all of it, that differ."""
    for change in repository.changed(*sides, [_BELOW if below else _EVERYWHERE]):
        versions = [version for version in (change.old, change.new) if version is not None]
        # What the index has under another name is compared with that; the worktree has two files then.
        for version in versions if sides[1] == WORKTREE else versions[-1:]:
            yield os.path.relpath(os.path.join(repository.top, version.path))  # noqa: PTH118
