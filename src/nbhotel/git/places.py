"""Where a repository keeps its things, found without starting git: a filter may be called for every file.

Source: gitrepository-layout(5).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.errors import InputError

_POINTER = "gitdir:"


def git_dir(folder: str, environment: Mapping[str, str]) -> str:
    """Return the git directory of the worktree, or of the bare repository, that `folder` is in.

    Raises InputError if there is none.
    """
    given = environment.get("GIT_DIR")
    if given:
        return os.path.join(folder, given)
    at = os.path.abspath(folder)
    while True:
        found = _git_dir_at(at)
        if found:
            return found
        above = os.path.dirname(at)
        if above == at:
            raise InputError("is in no git repository", where=folder)
        at = above


def common_dir(git_dir: str) -> str:
    """Return the directory that all worktrees of a repository share."""
    try:
        with open(f"{git_dir}/commondir", encoding="utf-8") as file:
            return os.path.normpath(os.path.join(git_dir, file.read().strip()))
    except OSError:
        return git_dir


def local_origin(common: str) -> str | None:
    """Return the git directory that a repository was cloned from, if that lies on this machine.

    Only the plain form that `git clone` writes is read. Source: git-config(5).
    """
    try:
        with open(f"{common}/config", encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    except OSError:
        return None
    _, _, section = text.partition('[remote "origin"]')
    for line in section.partition("\n[")[0].splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "url":
            folder = os.path.join(os.path.dirname(common), value.strip().strip('"').removeprefix("file://"))
            return (_git_dir_at(folder) or None) if os.path.isdir(folder) else None
    return None


def vault_file(common: str) -> str:
    """Return where this user's vault lies: outputs may be private, also in a repository that several use."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    owner = os.stat(common).st_uid if hasattr(os, "getuid") else 0
    name = "vault.sqlite" if owner == user else f"vault-{user}.sqlite"
    return f"{common}/nbhotel/{name}"


def _git_dir_at(folder: str) -> str:
    dot_git = f"{folder}/.git"
    if os.path.isdir(dot_git):
        return dot_git
    try:
        with open(dot_git, encoding="utf-8", errors="surrogateescape") as file:
            line = file.readline().strip()
    except OSError:
        is_bare = os.path.isdir(f"{folder}/objects") and os.path.isfile(f"{folder}/HEAD")
        return folder if is_bare else ""
    if not line.startswith(_POINTER):
        return ""
    return os.path.normpath(os.path.join(folder, line.removeprefix(_POINTER).strip()))
