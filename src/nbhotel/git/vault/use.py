"""What the worktrees of a repository show right now, and what its stashes hold: their outputs are needed.

Worktrees are found by their indexes: a worktree on a disk that isn't there at the moment counts as well.
Source: gitrepository-layout(5), "worktrees".
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from glob import escape, glob

from nbhotel.git.calls import Git
from nbhotel.git.revisions import Repository
from nbhotel.git.vault.store import name_of
from nbhotel.records import NamedTuple

#: By these git tells a program which repository it is at work in: not those that are looked at here.
ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_WORK_TREE",
)  # fmt: skip


class InUse(NamedTuple):
    """`names` are the vault's names of blobs; `paths` says in how many worktrees each path is."""

    names: frozenset[str]
    paths: Mapping[str, int]


def in_use(
    common: str, environment: Mapping[str, str], known: Collection[str], tell: Callable[[int, int], None]
) -> InUse:
    """Look at all worktrees and stashes of the repository with the git directory `common`.

    `known` are the paths that a vault has; only they and notebooks matter. `tell` gets how many of how many
    files have been read. Raises InputError, MissingPart.
    """
    alone = {key: value for key, value in environment.items() if key not in ELSEWHERE}
    paths: Counter[str] = Counter()
    blobs: dict[str, None] = {}
    for git_dir in _git_dirs(common):
        there = [*_indexed(Git(git_dir, {**alone, "GIT_DIR": git_dir}), known)]
        paths.update({path for _, path in there})
        blobs.update((blob, None) for blob, _ in there)
    git = Git(common, {**alone, "GIT_DIR": common})
    blobs.update((blob, None) for blob in _stashed(git, known))
    return InUse(frozenset(_names(git, blobs, tell)), paths)


def _git_dirs(common: str) -> list[str]:
    folders = [common, *sorted(glob(f"{escape(common)}/worktrees/*"))]
    return [folder for folder in folders if os.path.exists(f"{folder}/index")]


def _indexed(git: Git, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield blob and path of the notebooks of an index, but for what a sparse checkout leaves out."""
    for line in git.listed("ls-files", "-t", "--stage", "-z"):
        head, _, path = line.partition("\t")
        tag, mode, blob, _ = head.split(" ")
        if tag != "S" and _matters(mode, path, known):
            yield blob, path


def _stashed(git: Git, known: Collection[str]) -> Iterator[str]:
    """Yield the blobs that stashes have otherwise than the commits that they were made on."""
    stashes = git.ask("rev-list", "--walk-reflogs", "refs/stash", "--")
    if not stashes:
        return
    words = ("diff-tree", "--stdin", "-r", "-m", "--root", "--no-renames", "--raw", "-z")
    rest = iter(git.run(*words, data=f"{stashes}\n").split("\0"))
    for word in rest:
        if word.startswith(":"):  # and not the stash's own id
            old_mode, new_mode, old, new, _ = word.removeprefix(":").split(" ")
            path = next(rest)
            sides = ((old_mode, old), (new_mode, new))
            yield from (blob for mode, blob in sides if _matters(mode, path, known))


def _matters(mode: str, path: str, known: Collection[str]) -> bool:
    return mode.startswith("100") and (path.endswith(".ipynb") or path in known)


def _names(git: Git, blobs: Collection[str], tell: Callable[[int, int], None]) -> Iterator[str]:
    contents = Repository(git.folder, git.environment).contents(blobs)
    for number, content in enumerate(contents, 1):
        tell(number, len(blobs))
        yield name_of(content)
