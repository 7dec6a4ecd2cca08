"""One notebook in git: what the index, the worktree and a commit have of it, and a new entry for the index.

The worktree's side is what `git add` would store: git itself runs its filters and conversions. What is
written to the index is clean already and passes no filter again; git's own commands write it, so that locks,
split indexes, linked worktrees and object formats are git's matter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from stat import S_ISLNK, S_ISREG

from nbhotel.errors import InputError
from nbhotel.git.calls import Git
from nbhotel.git.revisions import INDEX, NEWEST, Repository
from nbhotel.git.setup.drivers import NAME
from nbhotel.git.staging.pairs import Pair, Version, pair_of
from nbhotel.records import NamedTuple

_EXECUTABLE, _PLAIN = "100755", "100644"


class Entry(NamedTuple):
    """What the index or a tree has of a file; `is_apart` says that a sparse checkout leaves it out."""

    mode: str
    blob: str
    is_apart: bool = False


class Place:
    """A notebook's place in a repository. `path` is below the top of the worktree."""

    def __init__(self, file: str, environment: Mapping[str, str]) -> None:
        """Find the repository of a file, which need not exist. Raises InputError, MissingPart."""
        folder, name = os.path.split(os.path.abspath(file))
        rest = [name]
        while not os.path.isdir(folder) and folder != os.path.dirname(folder):
            folder, above = os.path.split(folder)
            rest.insert(0, above)
        # A file's name is never a pattern.
        literal = {**environment, "GIT_LITERAL_PATHSPECS": "1"}
        self._repository = Repository(folder, literal)
        if not self._repository.has_worktree:
            raise InputError("the repository has no worktree", where=file)
        self.top = self._repository.top
        self.git = Git(self.top, literal)
        self.path = self._repository.prefix + "/".join(rest)
        self.name = file
        self.file = os.path.join(self.top, self.path)

    def staged(self) -> Entry | None:
        """Return what the index has. Raises InputError if that is a conflict or no ordinary file."""
        found = None
        for line in self.git.listed("ls-files", "-z", "-s", "-t", "--", self.path):
            head, _, path = line.partition("\t")
            tag, mode, blob, stage = head.split(" ")
            if path != self.path:  # what lies below a folder of this name
                continue
            if stage != "0":
                remedy = f"nbhotel resolve {self.name}"
                raise InputError("has a conflict", where=self.name, remedy=remedy)
            found = Entry(self._ordinary(mode), blob, tag == "S")
        return found

    def committed(self, revision: str = NEWEST) -> Entry | None:
        """Return what a commit has. Raises InputError if there is no such revision; HEAD may be unborn."""
        tree = self._repository.tree(revision)
        if tree is None:
            if revision == NEWEST:
                return None
            raise InputError("is no git revision", where=revision)
        for line in self.git.listed("ls-tree", "-z", "--full-tree", tree, "--", self.path):
            mode, _, blob = line.partition("\t")[0].split(" ")
            return Entry(self._ordinary(mode), blob)
        return None

    def to_stage(self) -> Pair:
        """Compare the index with the worktree. Raises InputError."""
        old = self._index()
        ignored = ("ls-files", "-z", "-o", "-i", "--exclude-standard", "--", self.path)
        if old.data is None and self.git.listed(*ignored):
            raise InputError("is ignored", where=self.name, remedy="`git add --force` adds it anyway")
        return pair_of(old, self._worktree())

    def to_unstage(self) -> Pair:
        """Compare the newest commit with the index; a notebook that was renamed, with its old name there.

        Raises InputError.
        """
        new = self._index()
        old = self.committed() or (self._before_renaming(new.mode) if new.mode else None)
        return pair_of(self._version("HEAD", old), new)

    def to_discard(self, revision: str | None) -> Pair:
        """Compare a revision (None: the index) with the worktree as it would be added. Raises InputError."""
        old = self._version(revision, self.committed(revision)) if revision else self._index()
        if not old.data:  # empty is what `git add --intent-to-add` leaves there
            raise InputError(f"is not in {revision or 'the index'}: nothing to go back to", where=self.name)
        return pair_of(old, self._worktree())

    def write(self, version: Version, before: Entry | None) -> str:
        """Put a version of the notebook into the index, and return its blob ("" if it is taken out).

        `before` is what the index had when it was read. Raises InputError if it has something else now, or if
        git can't write it.
        """
        if self.staged() != before:
            what = "the index was changed by another program at the same time; left as it is"
            raise InputError(what, where=self.name)
        if version.data is None:
            self.git.run("update-index", "-z", "--force-remove", "--stdin", data=f"{self.path}\0")
            return ""
        content = os.fsdecode(version.data)
        blob = self.git.run("hash-object", "-w", "--no-filters", "--stdin", data=content)
        line = f"{version.mode} {blob} 0\t{self.path}\0"
        self.git.run("update-index", "-z", "--index-info", data=line)
        return blob

    def bring_back(self, revision: str | None) -> None:
        """Write the file, which is not in the worktree, as a revision (None: the index) has it.

        Raises InputError.
        """
        self.git.run(
            "restore", "--worktree", *([f"--source={revision}"] if revision else []), "--", self.path
        )

    def is_filtered(self) -> bool:
        """Whether our filter stands before it."""
        attribute = self.git.listed("check-attr", "-z", "filter", "--", self.path)[2]
        return attribute == NAME and bool(self.git.ask("config", "--get-regexp", rf"^filter\.{NAME}\."))

    def _index(self) -> Version:
        return self._version("the index", self.staged())

    def _version(self, where: str, entry: Entry | None) -> Version:
        name = f"{where}:{self.name}"
        if entry is None:
            return Version(name, None)
        return Version(name, next(self._repository.contents([entry.blob])), entry.mode)

    def _worktree(self) -> Version:
        try:
            status = os.lstat(self.file)
        except FileNotFoundError:
            staged = self.staged()
            if staged is not None and staged.is_apart:
                raise InputError("lies outside of the sparse checkout", where=self.name) from None
            if staged is None:
                raise InputError(
                    "there is no such file, neither on disk nor in git", where=self.name
                ) from None
            return Version(self.name, None)
        except OSError as error:
            raise InputError((error.strerror or str(error)).lower(), where=self.name) from None
        if S_ISLNK(status.st_mode):
            raise InputError("is a symbolic link; name the notebook that it leads to", where=self.name)
        if not S_ISREG(status.st_mode):
            raise InputError("is no file", where=self.name)
        return Version(self.name, self._repository.cleaned(self.path), self._mode(status.st_mode))

    def _mode(self, mode: int) -> str:
        staged = self.staged()
        if staged is not None and self.git.ask("config", "--type=bool", "core.fileMode") == "false":
            return staged.mode
        return _EXECUTABLE if mode & 0o100 else _PLAIN

    def _ordinary(self, mode: str) -> str:
        if mode not in {_PLAIN, _EXECUTABLE}:
            kind = "a symbolic link" if mode == "120000" else "no ordinary file"
            raise InputError(f"is {kind} in git", where=self.name)
        return mode

    def _before_renaming(self, mode: str) -> Entry | None:
        for old, new in self._repository.changed(NEWEST, INDEX, []):
            if old is not None and new is not None and new.path == self.path != old.path:
                return Entry(mode, old.blob)
        return None
