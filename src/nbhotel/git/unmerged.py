"""Files in conflict: what git's index has of them, and how a conflict ends.

A conflicted file has up to three entries in the index, its stages: 1 the common ancestor, 2 ours, 3 theirs
(git-ls-files(1)). What "ours" is, git decides: while a branch is rebased, it is the branch it goes onto.
"""

from __future__ import annotations

import os

from nbhotel.git.calls import Git
from nbhotel.git.revisions import Repository
from nbhotel.records import NamedTuple
from nbhotel.repair.values import Stages

BASE, OURS, THEIRS = "1", "2", "3"
#: What git is in the middle of, by a file or folder of the git directory, and how it goes on.
_OPERATIONS = {
    "rebase-merge": "git rebase --continue",
    "rebase-apply": "git rebase --continue",
    "CHERRY_PICK_HEAD": "git cherry-pick --continue",
    "REVERT_HEAD": "git revert --continue",
    "MERGE_HEAD": "git commit",
}


class Unmerged(NamedTuple):
    """A file in conflict: its path below the top of the worktree, and its blobs by their stage."""

    path: str
    blobs: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether both sides have the file."""
        return OURS in self.blobs and THEIRS in self.blobs


class Conflicts:
    """The conflicted files of the repository that a folder is in."""

    def __init__(self, git: Git) -> None:
        """Find the repository. Raises InputError outside of one."""
        self._here = git
        self.top = git.run("rev-parse", "--show-toplevel")
        # The folder may go, with the last file in it.
        self._git = Git(self.top, git.environment)

    def listed(self, *paths: str) -> list[Unmerged]:
        """Return the files in conflict, of all or of these paths (relative to the folder)."""
        words = ("--literal-pathspecs", "ls-files", "--unmerged", "--full-name", "-z", "--", *paths)
        found: dict[str, dict[str, str]] = {}
        for entry in (self._here if paths else self._git).listed(*words):
            head, path = entry.split("\t", 1)
            mode, blob, stage = head.split(" ")
            if mode.startswith("100"):  # neither a link nor a submodule
                found.setdefault(path, {})[stage] = blob
        return [Unmerged(path, blobs) for path, blobs in found.items()]

    def file(self, entry: Unmerged) -> str:
        """Return where the file lies, as an absolute path."""
        return os.path.join(self.top, entry.path)

    def filter_of(self, entry: Unmerged) -> str:
        """Return the name of the filter that the file goes through, such as "nbhotel" or "lfs"."""
        return self._git.listed("check-attr", "-z", "filter", "--", entry.path)[2]

    def stages(self, entry: Unmerged, *, checked_out: bool) -> Stages:
        """Return the file's versions as they are stored; or as a filter makes them for the worktree.

        Raises InputError.
        """
        names = [entry.blobs.get(stage) for stage in (BASE, OURS, THEIRS)]
        blobs = list(dict.fromkeys(filter(None, names)))
        repository = Repository(self.top, self._git.environment)
        stored = dict(zip(blobs, repository.contents(blobs), strict=True))
        versions = (
            {blob: repository.checked_out(entry.path, blob) for blob in blobs} if checked_out else stored
        )
        base, ours, theirs = (versions[blob] if blob else None for blob in names)
        return Stages(base, ours, theirs, tuple(stored.values()))

    def add(self, entry: Unmerged) -> None:
        """Tell git that the file is merged. Raises InputError."""
        self._git.run("--literal-pathspecs", "add", "--", self.file(entry))

    def keep(self, entry: Unmerged) -> None:
        """Tell git that a file stays that one side has deleted. Raises InputError."""
        if not os.path.lexists(self.file(entry)):
            side = "--ours" if OURS in entry.blobs else "--theirs"
            self._git.run("--literal-pathspecs", "checkout", side, "--", self.file(entry))
        self.add(entry)

    def remove(self, entry: Unmerged) -> None:
        """Tell git that the file is to go, and remove it. Raises InputError."""
        self._git.run("--literal-pathspecs", "rm", "--quiet", "--force", "--", self.file(entry))

    def goes_on_with(self) -> str:
        """Return the command with which git goes on when nothing is in conflict; "" if it waits for none."""
        for name, command in _OPERATIONS.items():
            if os.path.exists(self._git.path(name)):
                return command
        return ""
