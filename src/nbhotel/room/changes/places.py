"""A notebook of the room in its git repository."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.git.history.newest import committed_path
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Versions
from nbhotel.git.history.walk import History
from nbhotel.git.places import common_dir, git_dir, vault_file
from nbhotel.git.revisions import NEWEST, Repository
from nbhotel.git.setup.drivers import NAME

#: By these git tells a program which repository it is called from (`git rev-parse --local-env-vars`).
_OF_ANOTHER_REPOSITORY = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
#: What to do without git.
_STILL = "what changed since the last save can still be shown"


def environment_for_git(own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for git: nothing of where the server was started, and no questions."""
    kept = {name: value for name, value in own.items() if name not in _OF_ANOTHER_REPOSITORY}
    return kept | {"GIT_TERMINAL_PROMPT": "0"}


class Place:
    """A notebook by its name in the room, and by its path below the top of its repository.

    All methods raise InputError, MissingPart.
    """

    def __init__(self, name: str, file: str, environment: Mapping[str, str]) -> None:
        """`name` is how people know it, `file` where it lies."""
        self.name = name
        self.file = file
        self.folder, last = os.path.split(file)
        if not os.path.isdir(self.folder):
            raise InputError("its folder is not there any more", where=name)
        self._environment = environment
        self.repository = self._found()
        self.path = self.repository.prefix + last

    @cached_property
    def filter(self) -> str:
        """The name of the filter that git has for it, such as "nbhotel" or "lfs"; "" if there is none."""
        git = Git(self.folder, self._environment)
        value = git.listed("check-attr", "-z", "filter", "--", self.file)[2]
        return "" if value in {"unspecified", "unset"} else value

    def committed(self, revision: str) -> str:
        """Return the blob that a commit has of the notebook, also under the name that it had then."""
        commit = self.repository.commit(revision)
        if commit is None and revision == NEWEST:
            raise self._nothing("there is no commit yet")
        if commit is None:
            raise InputError("is no commit of this repository", where=revision)
        blob = self.repository.blob(f"{commit}:{self.path}") or self._under_another_name(commit)
        if blob:
            return blob
        if revision == NEWEST:
            raise self._nothing("is not in the last commit, so there is nothing to compare it with")
        raise InputError(f"is not in the commit {commit[:8]}", where=self.name)

    def content(self, blob: str) -> bytes:
        """Return a blob as it is stored."""
        return next(self.repository.contents([blob]))

    def checked_out(self, blob: str) -> bytes:
        """Return a blob as git would write it into the worktree: with the outputs that the vault knows."""
        if self.filter == NAME:
            return self._with_outputs(self.content(blob))
        git = Git(self.repository.top, self._environment)
        found = git.ask("cat-file", "--filters", f"--path={self.path}", blob)
        return self.content(blob) if found is None else os.fsencode(found) + b"\n"

    def newest_path(self) -> str:
        """Return the path that the last commit has the notebook at."""
        found = committed_path(self.repository, self.path)
        if found:
            return found
        if self.repository.tree(NEWEST) is None:
            raise self._nothing("there is no commit yet")
        raise self._nothing("is not in the last commit, so it has no history")

    @contextmanager
    def versions(self) -> Iterator[Versions]:
        """Read versions from one git process, which ends with the block."""
        objects = Objects(self.repository)
        try:
            yield Versions(objects)
        finally:
            objects.close()

    def _with_outputs(self, content: bytes) -> bytes:
        """Ask the vault: asked by git itself for this, our filter puts nothing back (see `git.parent`)."""
        from nbhotel.git.filter.cleaning import Filter
        from nbhotel.git.filter.rules import rules_by_folder
        from nbhotel.git.vault.store import Vault

        top = self.repository.top
        file = vault_file(common_dir(git_dir(top, self._environment)))
        if not os.path.exists(file):
            return content
        notebooks = Filter(rules_by_folder(top), lambda: Vault(file), lambda _: None, lambda: None)
        try:
            return notebooks.smudge(self.path, content)
        finally:
            notebooks.close()

    def _found(self) -> Repository:
        try:
            found = Repository(self.folder, self._environment)
        except MissingPart as error:
            raise MissingPart(error.what, where=self.name, remedy=_STILL) from None
        except InputError as error:
            if not error.what.startswith("not a git repository"):
                raise
            raise self._nothing("is in no git repository") from None
        if not found.has_worktree:
            raise self._nothing("lies inside of git's own folder")
        return found

    def _under_another_name(self, commit: str) -> str:
        path = committed_path(self.repository, self.path)
        if not path:
            return ""
        if commit == self.repository.commit(NEWEST):
            return self.repository.blob(f"{commit}:{path}") or ""
        steps = History(self.repository).steps(path, ())
        return next((step.blob for step in steps if step.commit.id == commit), "")

    def _nothing(self, what: str) -> InputError:
        return InputError(what, where=self.name, remedy=_STILL)
