"""What the commands that git calls share: the filter of this repository, and how it speaks to the user."""

from __future__ import annotations

import os
import sys
from itertools import cycle
from typing import TYPE_CHECKING

from nbhotel.errors import VaultError
from nbhotel.git.filter.cleaning import Cleaned, Filter
from nbhotel.git.filter.rules import rules_by_folder
from nbhotel.git.parent import git_command
from nbhotel.git.places import common_dir, git_dir, local_origin, vault_file
from nbhotel.git.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

#: Files that one process cleans ahead from one tidying up of the vault to the next.
_TIDY = 40


def repository_filter(top: str = "", tell: Callable[[str], None] | None = None) -> Filter:
    """Return the filter for the repository whose worktree's root is `top`.

    By default it is the one that git called us in: git's working directory is the top; and what there is to
    tell goes to the user.
    """
    top = top or here()
    common = common_dir(git_dir(top, os.environ))
    return Filter(
        rules_by_folder(top),
        lambda: Vault(vault_file(common)),
        tell or _telling(),
        lambda: _vault_of_origin(common),
    )


def cleaning_ahead(top: str) -> Callable[[str, bytes], Cleaned | None]:
    """Return what cleans files of this repository in a process of its own: it only reads in the vault.

    It returns None where there is something to tell. Now and then it tidies the vault up.
    """
    told: list[str] = []
    notebooks = repository_filter(top, told.append)
    turns = cycle(range(_TIDY))

    def clean(path: str, content: bytes) -> Cleaned | None:
        told.clear()
        if next(turns) == _TIDY - 1:
            notebooks.tidy_vault()  # here, where git doesn't wait for the disk
        cleaned = notebooks.cleaned(path, content) if notebooks.has_vault else None
        return None if told else cleaned

    return clean


def sweep_when_due() -> None:
    """Start a sweep of the vault if it is time for one. Mostly it is not, which one look at a file tells."""
    from nbhotel.git.vault.schedule import is_due, start

    common = common_dir(git_dir(here(), os.environ))
    if is_due(vault_file(common)):
        start(common, os.environ)


def here() -> str:
    """Return the working directory."""
    return os.getcwd()  # noqa: PTH109 - pathlib costs a tenth of the start


def _telling() -> Callable[[str], None]:
    """What tells the user each line once."""
    told: set[str] = set()

    def tell(line: str) -> None:
        # `git blame` has the text cleaned that our textconv made of the file: no reason to wonder.
        if line not in told and git_command() != "blame":
            told.add(line)
            print(f"nbhotel: {line}", file=sys.stderr)

    return tell


def _vault_of_origin(common: str) -> Vault | None:
    """The vault that a local clone can read along in; it is not made, nor mended."""
    origin = local_origin(common)
    file = vault_file(common_dir(origin)) if origin else ""
    if not file or not _is_mine(file):
        return None
    try:
        return Vault(file)
    except VaultError:
        return None


def _is_mine(file: str) -> bool:
    """Whether a file is there and this user's: what others put there must not get into a worktree of ours."""
    try:
        return os.stat(file).st_uid == os.getuid()  # noqa: PTH116
    except (OSError, AttributeError):  # there is none; Windows knows no such users
        return False
