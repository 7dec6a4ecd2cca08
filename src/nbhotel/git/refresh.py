"""Notebooks that only seem modified: git is made to look again, and nothing of anybody's work is staged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbhotel.errors import InputError
from nbhotel.git.advice import with_outputs
from nbhotel.git.calls import Git

_ALL = ":(top)*.ipynb"


class Refreshed(NamedTuple):
    """Paths below the top: looked at again, staged clean (on request), really modified."""

    refreshed: tuple[str, ...]
    staged: tuple[str, ...]
    modified: tuple[str, ...]


def refresh(git: Git, paths: Sequence[str], *, renormalize: bool = False, dry_run: bool = False) -> Refreshed:
    """Refresh the index for notebooks whose cleaned form is what the index has.

    `paths` are git's pathspecs; none means all notebooks. With `renormalize`, those that the index holds with
    outputs are staged as the filter cleans them. Raises InputError.
    """
    top = git.top()
    if not top:
        raise InputError("this repository has no worktree", where=git.folder)
    names = git.listed("ls-files", "-z", "--full-name", "--", *(paths or [_ALL]))
    at_top = Git(top, git.environment)
    old = _old(at_top, names) if renormalize else []
    if old and not dry_run:
        at_top.run(
            "add", "--renormalize", "--pathspec-from-file=-", "--pathspec-file-nul", data=_nul(_literal(old))
        )
    seemingly = _seemingly_modified(at_top, names)
    fresh = _unchanged(at_top, seemingly)
    if fresh and not dry_run:
        at_top.run("update-index", "-z", "--stdin", data=_nul(list(fresh)))
    modified = tuple(path for path in seemingly if path not in fresh and path not in old)
    return Refreshed(tuple(fresh), tuple(old), modified)


def _old(git: Git, names: Sequence[str]) -> list[str]:
    wanted = set(names)
    return [path for path in with_outputs(git) if path in wanted]


def _seemingly_modified(git: Git, names: Sequence[str]) -> dict[str, str]:
    """Return the files that differ from the index by what git notes of them: path -> the index's blob."""
    words = iter(git.listed("diff-files", "-z", "--raw", "--abbrev=40", "--ignore-submodules"))
    wanted = set(names)
    found: dict[str, str] = {}
    for head in words:
        _, _, blob, _, status = head.removeprefix(":").split(" ")
        path = next(words)
        if status == "M" and path in wanted:
            found[path] = blob
    return found


def _unchanged(git: Git, blobs: dict[str, str]) -> dict[str, None]:
    """Return those whose cleaned form is what the index has."""
    paths = [path for path in blobs if "\n" not in path]
    hashed = git.run("hash-object", "--stdin-paths", data="".join(f"{path}\n" for path in paths))
    pairs = zip(paths, hashed.splitlines(), strict=True)
    return dict.fromkeys(path for path, blob in pairs if blobs[path] == blob)


def _literal(paths: Sequence[str]) -> list[str]:
    return [f":(top,literal){path}" for path in paths]


def _nul(words: Sequence[str]) -> str:
    return "".join(f"{word}\0" for word in words)
