"""A folder to a repository on a code host, step by step: what was done is told, also if a later step fails.

Nothing is changed before all was looked at: what is too large or looks secret is told first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nbhotel.errors import NbhotelError, ShareError, UsageError
from nbhotel.git.setup.enable import Wishes
from nbhotel.records import NamedTuple
from nbhotel.share import folder
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.pieces import Suspicion

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Host, Repository
    from nbhotel.share.hosts.kinds import Kind

#: Called with what is done now; "" when that is over.
Note = Callable[[str], None]


class ProjectWish(NamedTuple):
    """What somebody wants.

    `repository` is "OWNER/NAME", "" for one's own that is called as the folder is; `branch` "" is the one
    that is checked out; `message` is the commit's and the pull request's, "" for ours; `outputs` are "keep",
    "strip", or "" for as git is set up, else strip.
    """

    folder: str
    repository: str
    private: bool
    branch: str
    pull: bool
    message: str
    outputs: str


class ProjectDraft(NamedTuple):
    """A folder that can leave: its root, its files, how git is to treat notebooks (None: as it does)."""

    root: str
    files: tuple[str, ...]
    setup: Wishes | None

    def suspicions(self) -> list[Suspicion]:
        """Return what looks like a secret in it. Raises InputError, ConfigError."""
        strip = self.setup is not None and not self.setup.keep
        return list(folder.suspicious(self.root, self.files, strip=strip))


class Shared(NamedTuple):
    """Where a folder is now; `pull` is the page of its pull request, or ""."""

    repository: Repository
    pull: str


def draft(
    wish: ProjectWish, kind: Kind, environment: Mapping[str, str], program: Callable[[], str]
) -> ProjectDraft:
    """Look at a folder; `program` tells what git is to call. Changes nothing.

    Raises UsageError, InputError, ConfigError, MissingPart.
    """
    if wish.repository and not kind.takes_name(wish.repository):
        raise UsageError("is no repository's name", where=wish.repository, remedy="such as me/analysis")
    root = folder.root_of(wish.folder, environment)
    files = folder.files_of(root, environment)
    folder.refuse_unfit(root, files, environment, kind)
    setup = folder.wishes_for(root, wish.outputs, environment, program)
    return ProjectDraft(root, tuple(files), setup)


def send(
    wish: ProjectWish,
    ready: ProjectDraft,
    host: Host,
    environment: Mapping[str, str],
    steps: list[str],
    note: Note,
) -> Shared:
    """Commit, make the repository if there is none, push, open a pull request.

    Each step that is done is appended to `steps`, a sentence without its subject. Raises NbhotelError: it
    says what was done before.
    """
    try:
        return _Sending(wish, ready, host, environment, steps, note).run()
    except NbhotelError as error:
        if not steps:
            raise
        what = f"{error.what}; before that, it {', '.join(steps)}"
        raise ShareError(what, where=error.where, remedy=error.remedy) from None


def name_for(root: str) -> str:
    """Return a folder's name as a repository's: without what hosts would turn into dashes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", os.path.basename(root)).strip("-") or "notebooks"


class _Sending:
    """One folder on its way to one host."""

    def __init__(
        self,
        wish: ProjectWish,
        ready: ProjectDraft,
        host: Host,
        environment: Mapping[str, str],
        steps: list[str],
        note: Note,
    ) -> None:
        self.wish, self.root, self.setup = wish, ready.root, ready.setup
        self.host, self.environment, self.steps, self.note = host, environment, steps, note

    def run(self) -> Shared:
        name = self.wish.repository or f"{self.host.user()}/{name_for(self.root)}"
        there = self._found(name)
        if self.wish.pull:
            self._check_pull(there, name)
        folder.set_up(self.root, self.environment, self.setup, self.wish.branch, self.steps.append)
        branch = self._branch()
        if not branch:
            raise ShareError("no branch is checked out", where=self.root, remedy="--branch B")
        self._commit()
        repository = there or self._made(name)
        self._push(repository, branch)
        return Shared(repository, self._pull(repository, branch) if self.wish.pull else "")

    def _found(self, name: str) -> Repository | None:
        try:
            return self.host.repository(name)
        except Gone:
            return None

    def _check_pull(self, there: Repository | None, name: str) -> None:
        pull = self.host.kind.pull
        if there is None:
            what = f"there is no such repository yet, which a {pull} could change"
            raise ShareError(what, where=name, remedy="the first time without --pr")
        if self._branch() in {"", there.default_branch}:
            what = f"{there.default_branch} is what a {pull} would change"
            raise ShareError(what, remedy="--branch ANOTHER")

    def _branch(self) -> str:
        return self.wish.branch or folder.branch_of(self.root, self.environment)

    def _commit(self) -> None:
        self.note("committing")
        message = self.wish.message or f"Share {os.path.basename(self.root)}"
        files = folder.commit_all(self.root, self.environment, message)
        self.note("")
        if files:
            self.steps.append(f"committed {files} file{'s' if files > 1 else ''}")

    def _made(self, name: str) -> Repository:
        made = self.host.make_repository(name, private=self.wish.private)
        self.steps.append(f"made {made.address}")
        return made

    def _push(self, repository: Repository, branch: str) -> None:
        from nbhotel.share.pushing import push

        self.note(f"pushing to {branch}")
        host = self.host
        pushed = push(self.root, self.environment, repository.push_to, branch, host.token, host.kind)
        self.note("")
        if pushed:
            self.steps.append(f"pushed to {branch}")

    def _pull(self, repository: Repository, branch: str) -> str:
        from nbhotel.share.describing import described

        base = repository.default_branch
        title = self.wish.message or f"Changes of {branch}"
        body = described(self.root, base, self.environment)
        page = self.host.open_pull(repository.name, branch, base, title, body)
        self.steps.append(f"{self.host.kind.pull}: {page}")
        return page
