"""The newest version of a notebook: what lies in the worktree, if it is not what was committed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain

from nbhotel.errors import InputError
from nbhotel.git.history.commits import Commit
from nbhotel.git.history.versions import Readable, Versions
from nbhotel.git.history.walk import Before, History, Step
from nbhotel.git.revisions import INDEX, NEWEST, Repository
from nbhotel.notebook.model import Broken
from nbhotel.notebook.reading import read_notebook

#: Stands for the blob of the file in the worktree, which git need not have.
_HERE = "worktree"


def committed_path(repository: Repository, path: str) -> str:
    """Return the path that the newest commit has a file at, "" if it has none: it may be renamed since.

    `path` is below the top.
    """
    if repository.blob(f"{NEWEST}:{path}"):
        return path
    if repository.tree(NEWEST) is None:
        return ""
    staged = repository.changed(NEWEST, INDEX, [":/"])
    return next((each.old.path for each in staged if each.old and each.new and each.new.path == path), "")


class Worktree:
    """A notebook in the worktree, as it would be committed."""

    def __init__(self, repository: Repository, path: str, now: int) -> None:
        """`path` is below the top; `now` is in seconds since 1970."""
        self._repository = repository
        self._path = path
        self._now = now
        #: What is wrong with the file, if it can't be read.
        self.complaint = ""

    def steps(self, history: History, versions: Versions) -> tuple[Iterator[Step], Readable]:
        """Return the steps from the worktree's version on, and those of the commits among them.

        Raises InputError if the notebook is neither here nor committed.
        """
        committed = committed_path(self._repository, self._path)
        readable = Readable(history.steps(committed or self._path, ()) if committed else iter(()), versions)
        steps = iter(readable)
        content = self._content(committed)
        if content is None:
            return steps, readable
        found = read_notebook(content)
        if isinstance(found, Broken):
            self.complaint = found.message
            return steps, readable
        versions.put(_HERE, found)
        first = next(steps, None)
        before = (Before(first.path, first.blob, first.commit.id),) if first else ()
        here = Step(self._commit(len(first.commit.id) if first else 40), self._path, _HERE, before)
        return chain([here], [first] if first else [], steps), readable

    def _content(self, committed: str) -> bytes | None:
        """What would be committed; None if that is what was, or if there is no file."""
        file = os.path.join(self._repository.top, self._path)
        if not os.path.isfile(file):
            if committed == self._path:
                return None
            raise InputError("there is no such notebook, here or in git", where=self._path)
        content = self._stored(file)
        blob = self._repository.blob(f"{NEWEST}:{self._path}")
        if blob and next(self._repository.contents([blob])) == content:
            return None
        return content

    def _stored(self, file: str) -> bytes:
        """The file as git would store it; most go through no filter."""
        if self._repository.filtered([self._path]):
            return self._repository.cleaned(self._path)
        try:
            with open(file, "rb") as opened:
                return opened.read()
        except OSError as error:
            raise InputError(f"can't be read: {(error.strerror or '').lower()}", where=self._path) from None

    def _commit(self, digits: int) -> Commit:
        return Commit("0" * digits, (), "Not committed yet", "", self._now, "", "now", "Not committed yet")
