"""The versions of one notebook, newest first, also under the names that it had before.

git walks and simplifies the history (git-log(1), "History Simplification"); where the file comes into being,
git is asked whether it had another name, and walks on from there. Commits come as git finds them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from nbhotel.git.commits import FORMAT, Commit, Side, Touched, parsed
from nbhotel.git.revisions import Repository

#: What a user's configuration could change of what is read here.
_PLAIN = ("-c", "log.showSignature=false", "-c", "log.follow=false", "-c", "log.showRoot=true")
_LOG = (
    "log", "-z", "--raw", "-c", "--parents", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-notes",
    "--no-color", "--encoding=UTF-8", f"--format={FORMAT}",
)  # fmt: skip


class Before(NamedTuple):
    """The version that a parent has: that of the one of these commits whose step has this blob."""

    path: str
    blob: str
    commits: tuple[str, ...]


class Step(NamedTuple):
    """One commit's version of the notebook; `blob` is "" where the commit removes it."""

    commit: Commit
    path: str
    blob: str
    before: tuple[Before, ...]


class _Lane(NamedTuple):
    """The history of one name."""

    path: str
    touched: Iterator[Touched]


class History:
    """The history of a notebook in one repository.

    `date` is the format of dates and `since` ends the walk, as git-log(1) has both; `filters` are git's
    options that leave commits out, such as `--author=Ada`: these are walked over, but not to be shown.
    """

    def __init__(
        self, repository: Repository, *, date: str = "", since: str = "", filters: Sequence[str] = ()
    ) -> None:
        self._repository = repository
        self._options = [f"--date={date}"] if date else []
        self._since = [f"--since={since}"] if since else []
        self._filters = filters
        self._shown: set[str] = set()
        self._excluded: list[str] = []

    def steps(self, path: str, revisions: Sequence[str]) -> Iterator[Step]:
        """Yield the steps; `path` is below the top, `revisions` are as git-rev-list(1) has them.

        A step comes before those of its parents, as long as the clocks of the committers were right. Raises
        InputError.
        """
        words = self._repository.revisions(revisions)
        self._excluded = [word for word in words if word.startswith("^")]
        lanes = deque([self._lane(path, [word for word in words if not word.startswith("^")])])
        seen: set[tuple[str, str]] = set()
        while lanes:
            lane = lanes.popleft()
            for touched in lane.touched:
                if (touched.commit.id, lane.path) not in seen:
                    seen.add((touched.commit.id, lane.path))
                    yield self._step(touched, lane.path, lanes)

    def shows(self, commit: Commit) -> bool:
        """Whether the filters leave a commit in that has come already."""
        return not self._filters or commit.id in self._shown

    def _lane(self, path: str, tips: Sequence[str]) -> _Lane:
        where = [*self._since, *tips, *self._excluded, "--", f":(top,literal){path}"]
        if self._filters:
            ids = self._repository.items(*_PLAIN, "log", "-z", "--format=%H", *self._filters, *where)
            self._shown.update(ids)
        items = self._repository.items(*_PLAIN, *_LOG, *self._options, *where)
        return _Lane(path, parsed(items, path))

    def _step(self, touched: Touched, path: str, lanes: deque[_Lane]) -> Step:
        commit = touched.commit
        blob, sides = touched.blob, touched.sides
        if blob is None or sides is None:
            blob, sides = self._asked(commit, path)
        before = []
        for number, side in enumerate(sides, 1):
            if side.blob:
                before.append(Before(path, side.blob, commit.parents))
            elif blob:
                before += self._renamed(f"{commit.id}^{number}", commit.id, path, lanes)
        return Step(commit, path, blob, tuple(before))

    def _asked(self, commit: Commit, path: str) -> tuple[str, tuple[Side, ...]]:
        """Of a merge that git shows without a change: what it and its parents have."""
        parents = self._repository.parents(commit.id)
        blobs = [self._repository.blob(f"{each}:{path}") or "" for each in (commit.id, *parents)]
        return blobs[0], tuple(Side(path, blob) for blob in blobs[1:])

    def _renamed(self, parent: str, commit: str, path: str, lanes: deque[_Lane]) -> list[Before]:
        """The version under another name that the parent has, if it has one; its history is to come."""
        old = self._repository.renamed(parent, commit, path)
        if old is None:
            return []
        lane = self._lane(old.path, [parent])
        first = next(lane.touched, None)
        if first is None:  # it lies before the range
            return [Before(old.path, old.blob, ())]
        lanes.append(lane._replace(touched=chain([first], lane.touched)))
        return [Before(old.path, old.blob, (first.commit.id,))]
