"""For whom nbhotel is enabled: a repository, a person, a machine; and where each of them keeps its things."""

from __future__ import annotations

import os

from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.git.config import Scope
from nbhotel.git.setup.attributes import shown, system_file, user_file
from nbhotel.git.setup.hooks import hook_files
from nbhotel.records import NamedTuple


class Place(NamedTuple):
    """Where the driver is set up: a scope of the configuration, an attributes file, hooks if any."""

    scope: Scope
    attributes: str
    hooks: tuple[str, ...]


def place_of(git: Git, scope: Scope, attributes: str = "") -> Place:
    """Return a scope's place; `attributes` names another attributes file, relative to git's folder.

    Raises InputError outside of a repository, where the scope is "local".
    """
    if scope == "local":
        _check_repository(git)
        file = git.path("info/attributes")  # of the common directory, where all worktrees see it
        hooks = hook_files(git) if git.top() else ()
    else:
        file = user_file(git) if scope == "global" else system_file(git)
        hooks = ()
    if not (attributes or file):
        raise MissingPart("git has no place for your own attributes", remedy="set HOME")
    return Place(scope, os.path.join(git.folder, attributes) if attributes else file, hooks)


def called(git: Git, place: Place) -> str:
    """Return what people call the place."""
    if place.scope == "global":
        return "your own git"
    if place.scope == "system":
        return "everybody's git on this machine"
    return git.top() or os.path.realpath(os.path.join(git.folder, git.run("rev-parse", "--git-dir")))


def name_of(git: Git, file: str) -> str:
    """Return a file's name for people, with ~ for the home."""
    home = git.environment.get("HOME", "")
    name = shown(git, os.path.abspath(file))
    return f"~{name.removeprefix(home)}" if home and name.startswith(home + os.sep) else name


def _check_repository(git: Git) -> None:
    try:
        git.run("rev-parse", "--git-dir")
    except InputError as error:
        if "not a git repository" not in error.what:
            raise
        remedy = "go to one, or use --global"
        raise InputError("there is no git repository here", where=git.folder, remedy=remedy) from None
