"""A folder of the room as a repository on a code host."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nbhotel.errors import InputError, MissingPart, NbhotelError, ShareError, UsageError
from nbhotel.git.calls import Git
from nbhotel.records import NamedTuple
from nbhotel.room.sharing.hosts import Chosen, opened
from nbhotel.room.sharing.jobs import Asking, Job
from nbhotel.room.sharing.tokens import Tokens
from nbhotel.share import project
from nbhotel.share.gist import Suspicion
from nbhotel.share.hosts.kinds import parts_of

if TYPE_CHECKING:
    from nbhotel.git.setup.enable import Wishes
    from nbhotel.share.hosts.host import Host, Repository

#: What hosts take as OWNER/NAME; on GitLab groups have groups. They themselves are stricter.
_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)+(?!\.\.?$)[A-Za-z0-9._-]{1,100}")
#: A remote as people write it for ssh: git@HOST:OWNER/NAME.
_SHORT = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>[^/].*)")
#: Characters that GitHub takes as a description, with some to spare.
_LONGEST = 65_000


class ProjectWish(NamedTuple):
    """What somebody wants. `name` is "OWNER/NAME" or ""; `outputs` "keep", "strip" or "" for as it is set up.

    `allowed` are the findings that may leave although they look secret, as they were told.
    """

    folder: str
    host: Chosen
    name: str
    private: bool
    branch: str
    pull: bool
    message: str
    outputs: str
    allowed: frozenset[Suspicion]


def known_project(folder: str, root: str, host: Chosen, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what would leave with a folder, or with the repository that it is a part of.

    `root` is the server's: a repository that begins above it is not offered. Raises InputError.
    """
    top = Git(folder, environment).top()
    if top and _is_below(os.path.realpath(top), root):
        folder = os.path.realpath(top)
    found = _root_of(folder, environment)
    files = project.files_of(found, environment)
    remote = _remote(found, host, environment) if top else ""
    return {
        "path": os.path.relpath(found, root).removeprefix("."),
        "name": _fit(os.path.basename(found)),
        "files": len(files),
        "size": sum(_size(os.path.join(found, path)) for path in files),
        "branch": _branch(found, environment) if top else "",
        "repository": remote,
        "configured": bool(top) and _is_set_up(found, environment),
    }


def share_project(
    wish: ProjectWish, environment: Mapping[str, str], tokens: Tokens, job: Job
) -> dict[str, Any]:
    """Look, commit, make the repository if there is none, push. Raises Asking, and any NbhotelError."""
    if wish.name and not _NAME.fullmatch(wish.name):
        raise UsageError("is no repository's name", where=wish.name, remedy="such as me/analysis")
    root = _root_of(wish.folder, environment)
    files = project.files_of(root, environment)
    project.refuse_large(root, files, environment, wish.host.kind)
    wishes = _wishes(root, wish.outputs, environment)
    found = list(project.suspicious(root, files, strip=wishes is not None and not wishes.keep))
    if not wish.allowed.issuperset(found):
        raise Asking(found)
    token = tokens.find(wish.host, environment)
    with opened(wish.host, token, job.wait) as host:
        return _Sharing(host, root, environment, wish, job).run(wishes)


class _Sharing:
    """One folder on its way to one host."""

    def __init__(
        self, host: Host, root: str, environment: Mapping[str, str], wish: ProjectWish, job: Job
    ) -> None:
        self.host, self.root, self.environment, self.wish, self.job = host, root, environment, wish, job

    def run(self, wishes: Wishes | None) -> dict[str, Any]:
        name = self.wish.name or f"{self.host.user()}/{_fit(os.path.basename(self.root))}"
        there = self._found(name)
        if self.wish.pull:
            self._check_pull(there, name)
        try:
            return self._shared(name, there, wishes)
        except NbhotelError as error:
            if not self.job.steps:
                raise
            what = f"{error.what}; before that, it {', '.join(self.job.steps)}"
            raise ShareError(what, where=error.where, remedy=error.remedy) from None

    def _found(self, name: str) -> Repository | None:
        from nbhotel.share.hosts.answers import Gone

        try:
            return self.host.repository(name)
        except Gone:
            return None

    def _check_pull(self, there: Repository | None, name: str) -> None:
        if there is None:
            what = f"there is no such repository yet, which a {self.host.kind.pull} could change"
            raise ShareError(what, where=name, remedy="the first time without one")
        if self._branch() in {"", there.default_branch}:
            what = f"{there.default_branch} is what a {self.host.kind.pull} would change"
            raise ShareError(what, where=name, remedy="name another branch")

    def _shared(self, name: str, there: Repository | None, wishes: Wishes | None) -> dict[str, Any]:
        from nbhotel.share.pushing import push

        steps, wish = self.job.steps, self.wish
        steps += project.set_up(self.root, self.environment, wishes, wish.branch)
        message = wish.message or f"Share {os.path.basename(self.root)}"
        committed = project.commit_all(self.root, self.environment, message)
        steps += [committed] if committed else []
        repository = there or self.host.make_repository(name, private=wish.private)
        steps += [] if there else [f"made {repository.address}"]
        branch = self._branch()
        if not branch:
            raise ShareError("no branch is checked out", where=self.root, remedy="name one")
        self.job.note = f"pushes to {branch}"
        to, token, kind = repository.push_to, self.host.token, self.host.kind
        if push(self.root, self.environment, to, branch, token, kind):
            steps.append(f"pushed to {branch}")
        self.job.note = ""
        pull = self._pull(repository, branch) if wish.pull else ""
        return {"address": repository.address, "name": repository.name, "pull": pull}

    def _branch(self) -> str:
        return self.wish.branch or _branch(self.root, self.environment)

    def _pull(self, repository: Repository, branch: str) -> str:
        base = repository.default_branch
        title = self.wish.message or f"Changes of {branch}"
        page = self.host.open_pull(repository.name, branch, base, title, self._described(base))
        self.job.steps.append(f"{self.host.kind.pull}: {page}")
        return page

    def _described(self, base: str) -> str:
        """The diff of the notebooks since the host's first branch; "" if we have never seen that."""
        from nbhotel.render.markdown import diff_markdown
        from nbhotel.review.changes import Range, review

        seen = f"refs/remotes/origin/{base}"
        if Git(self.root, self.environment).ask("rev-parse", "--verify", "--quiet", seen) is None:
            return ""
        since = Range(seen, "HEAD", from_base=True)
        changed = [
            each for each in review(self.root, since, (), self.environment, check=False).comparisons if each
        ]
        return diff_markdown(changed, limit=_LONGEST) if changed else ""


def _root_of(folder: str, environment: Mapping[str, str]) -> str:
    """The project's root. A person's home is none: keys and everybody's settings lie there."""
    root = project.root_of(folder, environment)
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


def _branch(root: str, environment: Mapping[str, str]) -> str:
    """The branch that is checked out, or ""."""
    return Git(root, environment).ask("symbolic-ref", "--short", "HEAD") or ""


def _remote(root: str, host: Chosen, environment: Mapping[str, str]) -> str:
    """OWNER/NAME of the repository's `origin`, if that is on this host."""
    url = Git(root, environment).ask("remote", "get-url", "origin") or ""
    own = parts_of(host.name)
    short = None if "://" in url else _SHORT.fullmatch(url)
    there = urlsplit(url)
    at, path = (short["host"], short["path"]) if short else (there.hostname, there.path)
    name = path.strip("/").removesuffix(".git")
    return name if at == own.hostname and _NAME.fullmatch(name) else ""


def _is_set_up(root: str, environment: Mapping[str, str]) -> bool:
    from nbhotel.git.setup.enable import before
    from nbhotel.git.setup.scopes import place_of

    return before(place_of(Git(root, environment), "local")) is not None


def _wishes(root: str, outputs: str, environment: Mapping[str, str]) -> Wishes | None:
    """How git is to treat notebooks there: as it was asked for; None to leave what is set up already."""
    from nbhotel.chain.config import load_chain
    from nbhotel.git.setup.enable import Wishes, is_cached
    from nbhotel.git.textconv import form_of

    git = Git(root, environment)
    if git.top() and not outputs and _is_set_up(root, environment):
        return None
    return Wishes(
        _program(environment),
        form_of(load_chain("vcs", root)),
        keep=("*.ipynb",) if outputs == "keep" else (),
        cache=is_cached(git),
        hook=git.ask("config", "--type=bool", "nbhotel.hook") != "false",
    )


def _program(environment: Mapping[str, str]) -> str:
    """The command by which git calls nbhotel: the one of this server's environment, else of the PATH."""
    from shutil import which

    beside = os.path.join(os.path.dirname(sys.executable), "nbhotel")
    found = which(beside) or which("nbhotel", path=environment.get("PATH", os.defpath))
    if not found:
        what = "there is no program `nbhotel` for git to call"
        raise MissingPart(what, remedy="install nbhotel with pip or pipx")
    return os.path.abspath(found)


def _fit(name: str) -> str:
    """A folder's name as a repository's: without what GitHub would turn into dashes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "notebooks"
