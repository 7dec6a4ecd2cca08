"""The sides of a conflicted notebook, with the outputs that belong to them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.git.setup.drivers import NAME
from nbhotel.git.unmerged import Conflicts, Unmerged

if TYPE_CHECKING:
    from nbhotel.repair.values import Stages


def stages_of(path: str, environment: Mapping[str, str]) -> Stages | None:
    """Return what git's index has of a file; None if it is in no repository, or not in conflict."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
    try:
        conflicts = Conflicts(Git(folder, environment))
        found = conflicts.listed(name)
        return sides(conflicts, found[0]) if found and found[0].is_whole else None
    except (InputError, MissingPart):
        return None


def sides(conflicts: Conflicts, entry: Unmerged) -> Stages:
    """Return the versions of a conflicted file as they would lie in the worktree, with their outputs."""
    if conflicts.filter_of(entry) != NAME:
        return conflicts.stages(entry, checked_out=True)
    from nbhotel.cli.filtering import repository_filter

    found = conflicts.stages(entry, checked_out=False)
    vault = repository_filter(conflicts.top)
    try:
        base, ours, theirs = (data and vault.smudge(entry.path, data) for data in found[:3])
    finally:
        vault.close()
    return found._replace(base=base, ours=ours, theirs=theirs)
