"""The versions of one notebook, newest first, also under the names that it had before.

git walks and simplifies the history (git-log(1), "History Simplification"); where the file comes into being,
git is asked whether it had another name, and walks on from there. Commits come as git finds them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from itertools import chain, islice

from nbhotel.git.history.commits import FORMAT, Commit, Touched, parsed
from nbhotel.git.history.objects import Objects
from nbhotel.git.revisions import Repository
from nbhotel.records import NamedTuple

#: What a user's configuration could change of what is read here.
_PLAIN = ("-c", "log.showSignature=false", "-c", "log.follow=false", "-c", "log.showRoot=true")
#: So many commits git is asked for at once, at most.
_AT_ONCE = 64
_LOG = (
    "log", "-z", "--raw", "-c", "--parents", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-notes",
    "--no-color", "--encoding=UTF-8", f"--format={FORMAT}",
)  # fmt: skip


class Before(NamedTuple):
    """The version that a parent has; `commit` is the one that made it, "" if it lies before the range."""

    path: str
    blob: str
    commit: str


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
        self._commits = Objects(repository)
        self._shown: set[str] = set()
        self._excluded: list[str] = []

    def steps(self, path: str, revisions: Sequence[str]) -> Generator[Step]:
        """Yield the steps; `path` is below the top, `revisions` are as git-rev-list(1) has them.

        A step comes before those of its parents, as long as the clocks of the committers were right. Raises
        InputError.
        """
        words = self._repository.revisions(revisions)
        self._excluded = [word for word in words if word.startswith("^")]
        lanes = deque([self._lane(path, [word for word in words if not word.startswith("^")])])
        seen: set[tuple[str, str]] = set()
        try:
            while lanes:
                lane = lanes.popleft()
                for several in _batches(lane.touched):
                    new = [each for each in several if (each.commit.id, lane.path) not in seen]
                    seen.update((each.commit.id, lane.path) for each in new)
                    self._commits.ask(*(each.commit.id for each in new))
                    yield from (self._step(each, lane.path, lanes) for each in new)
        finally:
            self._commits.close()

    def shows(self, commit: Commit) -> bool:
        """Whether the filters leave a commit in that has come already."""
        return not self._filters or commit.id in self._shown

    def _lane(self, path: str, tips: Sequence[str]) -> _Lane:
        where = [*self._since, *tips, *self._excluded, "--", f":(top,literal){path}"]
        if self._filters:
            ids = self._repository.items(*_PLAIN, "log", "-z", "--format=%H", *self._filters, *where)
            self._shown.update(ids)
        items = self._repository.items(*_PLAIN, *_LOG, *self._options, *where)
        return _Lane(path, parsed(items))

    def _step(self, touched: Touched, path: str, lanes: deque[_Lane]) -> Step:
        commit, blob, sides = touched
        if blob is None or sides is None:  # a merge that git shows without a change, in a range
            blob, *sides = (
                self._repository.blob(f"{each}:{path}") or "" for each in (commit.id, *commit.parents)
            )
        pairs = zip(sides, commit.parents, strict=False)  # what comes into being has a side, but no parent
        before = [Before(path, side, parent) for side, parent in pairs if side]
        if blob:
            before += self._under_other_names(commit, path, lanes)
        return Step(commit, path, blob, tuple(before))

    def _under_other_names(self, commit: Commit, path: str, lanes: deque[_Lane]) -> Iterator[Before]:
        """Yield the versions of parents that git leaves out, as they never had the file by this name."""
        parents = _parents(self._commits.take(commit.id))
        if len(parents) == len(commit.parents):
            return
        for parent in parents:
            old = None if parent in commit.parents else self._repository.renamed(parent, commit.id, path)
            if old is not None:
                yield Before(old.path, old.blob, self._walk_on(old.path, parent, lanes))

    def _walk_on(self, path: str, start: str, lanes: deque[_Lane]) -> str:
        """Begin to walk from a commit under another name; return the first commit that comes, or ""."""
        lane = self._lane(path, [start])
        first = next(lane.touched, None)
        if first is None:
            return ""
        lanes.append(lane._replace(touched=chain([first], lane.touched)))
        return first.commit.id


def _batches(touched: Iterator[Touched]) -> Iterator[list[Touched]]:
    """The same, more and more at a time: the first is shown at once, and git is not asked for each alone."""
    size = 1
    while batch := list(islice(touched, size)):
        yield batch
        size = min(2 * size, _AT_ONCE)


def _parents(commit: bytes) -> list[str]:
    """The parents of a commit object (git-cat-file(1)), which git log tells as it has simplified them."""
    head = commit.partition(b"\n\n")[0].decode("ascii", "replace")
    return [line.removeprefix("parent ") for line in head.split("\n") if line.startswith("parent ")]
