"""Notebooks that only seem modified: git is made to look again, and nothing of anybody's work is staged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbhotel.errors import InputError
from nbhotel.git.calls import Git
from nbhotel.git.setup.advice import with_outputs
from nbhotel.records import NamedTuple

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
        pathspecs = _nul(f":(top,literal){path}" for path in old)
        at_top.run("add", "--renormalize", "--pathspec-from-file=-", "--pathspec-file-nul", data=pathspecs)
    modified = _modified(at_top, names)
    fresh = _unchanged(at_top, modified)
    if fresh and not dry_run:
        at_top.run("update-index", "-z", "--stdin", data=_nul(fresh))
    really = (path for path in modified if path not in fresh and path not in old)
    return Refreshed(tuple(fresh), tuple(old), tuple(really))


def _old(git: Git, names: Sequence[str]) -> list[str]:
    wanted = set(names)
    return [path for path in with_outputs(git) if path in wanted]


def _modified(git: Git, names: Sequence[str]) -> list[str]:
    """Return those that `git status` calls modified in the worktree."""
    words = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules")
    wanted = set(names)
    return [line[3:] for line in git.listed(*words) if line[1] == "M" and line[3:] in wanted]


def _unchanged(git: Git, paths: Sequence[str]) -> dict[str, None]:
    """Return those whose cleaned form is what the index has."""
    paths = [path for path in paths if "\n" not in path]
    hashed = git.run("hash-object", "--stdin-paths", data="".join(f"{path}\n" for path in paths))
    staged = git.listed("ls-files", "-z", "--stage") if paths else []
    blobs = {path: head.split(" ")[1] for head, _, path in (line.partition("\t") for line in staged)}
    pairs = zip(paths, hashed.splitlines(), strict=True)
    return dict.fromkeys(path for path, blob in pairs if blobs.get(path) == blob)


def _nul(words: Iterable[str]) -> str:
    return "".join(f"{word}\0" for word in words)
