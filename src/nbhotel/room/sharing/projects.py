"""A folder of the room as a repository on a code host."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.room.sharing.hosts import Chosen, opened
from nbhotel.room.sharing.jobs import Asking, Job
from nbhotel.room.sharing.tokens import Tokens
from nbhotel.share import project
from nbhotel.share.folder import branch_of, files_of, is_set_up, root_of
from nbhotel.share.hosts.kinds import parts_of
from nbhotel.share.pieces import Suspicion
from nbhotel.share.project import ProjectWish, name_for

#: A remote as people write it for ssh: git@HOST:OWNER/NAME.
_SHORT = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>[^/].*)")


def known_project(folder: str, root: str, host: Chosen, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what would leave with a folder, or with the repository that it is a part of.

    `root` is the server's: a repository that begins above it is not offered. Raises InputError.
    """
    top = Git(folder, environment).top()
    if top and _is_below(os.path.realpath(top), root):
        folder = os.path.realpath(top)
    found = _root_of(folder, environment)
    files = files_of(found, environment)
    remote = _remote(found, host, environment) if top else ""
    path = os.path.relpath(found, root)
    return {
        "path": "" if path == os.curdir else path,
        "name": name_for(found),
        "files": len(files),
        "size": sum(_size(os.path.join(found, path)) for path in files),
        "branch": branch_of(found, environment) if top else "",
        "repository": remote,
        "configured": is_set_up(found, environment),
    }


def share_project(
    wish: ProjectWish,
    host: Chosen,
    allowed: frozenset[Suspicion],
    environment: Mapping[str, str],
    tokens: Tokens,
    job: Job,
) -> dict[str, Any]:
    """Look, commit, make the repository if there is none, push.

    `allowed` are the findings that may leave although they look secret, as they were told.
    Raises Asking, and any NbhotelError.
    """
    _root_of(wish.folder, environment)
    ready = project.draft(wish, host.kind, environment, lambda: _program(environment))
    found = ready.suspicions()
    if not allowed.issuperset(found):
        raise Asking(found)
    with opened(host, tokens.find(host, environment), job.wait) as there:
        shared = project.send(wish, ready, there, environment, job.steps, job.doing)
    return {"address": shared.repository.address, "name": shared.repository.name, "pull": shared.pull}


def _root_of(folder: str, environment: Mapping[str, str]) -> str:
    """The project's root. A person's home is none: keys and everybody's settings lie there."""
    root = root_of(folder, environment)
    if root == os.path.realpath(environment.get("HOME") or os.path.expanduser("~")):
        raise InputError("is your home", where=folder, remedy="choose a folder in it")
    return root


def _size(path: str) -> int:
    """In bytes; 0 for one that went away since it was listed."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _is_below(path: str, root: str) -> bool:
    top = os.path.realpath(root)
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _remote(root: str, host: Chosen, environment: Mapping[str, str]) -> str:
    """OWNER/NAME of the repository's `origin`, if that is on this host."""
    url = Git(root, environment).ask("remote", "get-url", "origin") or ""
    own = parts_of(host.name)
    short = None if "://" in url else _SHORT.fullmatch(url)
    try:
        there = urlsplit(url)
        at, path = (short["host"], short["path"]) if short else (there.hostname, there.path)
    except ValueError:  # somebody's own words for it
        return ""
    name = path.strip("/").removesuffix(".git")
    return name if at == own.hostname and host.kind.takes_name(name) else ""


def _program(environment: Mapping[str, str]) -> str:
    """The command by which git calls nbhotel: the one of this server's environment, else of the PATH."""
    from shutil import which

    beside = os.path.join(os.path.dirname(sys.executable), "nbhotel")
    found = which(beside) or which("nbhotel", path=environment.get("PATH", os.defpath))
    if not found:
        what = "there is no program `nbhotel` for git to call"
        raise MissingPart(what, remedy="install nbhotel with pip or pipx")
    return os.path.abspath(found)
