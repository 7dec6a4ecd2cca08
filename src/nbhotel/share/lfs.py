"""Files that Git LFS looks after: large ones, of which git itself has only where they are.

`.gitattributes` alone does nothing: where the filter is not set up, git takes such a file as it is.
Source: git-lfs(1), gitattributes(5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.errors import MissingPart

if TYPE_CHECKING:
    from nbhotel.git.calls import Git


def with_lfs(git: Git, paths: Sequence[str]) -> set[str]:
    """Return which of the files Git LFS looks after. Raises MissingPart if it should, but can't."""
    words = git.listed("check-attr", "-z", "--stdin", "filter", data=list(paths))
    kept = {path for path, value in zip(words[::3], words[2::3], strict=True) if value == "lfs"}
    if kept:
        _check(git, min(kept))
    return kept


def is_used(git: Git) -> bool:
    """Return whether what is checked out has files for it."""
    found = git.ask("grep", "-l", "-e", "filter=lfs", "HEAD", "--", ":(glob)**/.gitattributes")
    return found is not None and git.ask("config", "filter.lfs.clean") is not None


def _check(git: Git, path: str) -> None:
    what = f".gitattributes leaves {path} to Git LFS, and that is not "
    if git.ask("lfs", "version") is None:
        raise MissingPart(f"{what}installed", where=git.folder, remedy="https://git-lfs.com")
    if git.ask("config", "filter.lfs.clean") is None:
        raise MissingPart(f"{what}set up", where=git.folder, remedy="`git lfs install`")
