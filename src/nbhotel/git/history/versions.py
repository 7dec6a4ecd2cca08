"""The notebooks behind a history's blobs, and a history without the versions that can't be read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from nbhotel.git.history.objects import Objects
from nbhotel.git.history.walk import Before, Step
from nbhotel.notebook.model import EMPTY, Broken, Notebook
from nbhotel.notebook.shared import Reader
from nbhotel.records import NamedTuple

#: So many notebooks are remembered, at least; twice as many at most.
_KEPT = 8
#: So many steps ahead git is asked for.
_AHEAD = 3


class Versions:
    """Notebooks by their blobs; of those that steps to come have, git is told in time."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._reader = Reader()
        self._new: dict[str, Notebook | Broken] = {}
        self._old: dict[str, Notebook | Broken] = {}

    def put(self, blob: str, notebook: Notebook) -> None:
        """Have a notebook that git has not, under a name that no blob has."""
        self._new[blob] = notebook

    def read(self, blob: str) -> Notebook | Broken:
        """Return the notebook; an empty one for "", where there is no file. Raises InputError."""
        if not blob:
            return EMPTY
        found = self._new.get(blob) or self._old.get(blob)
        if found is None:
            found = self._reader.read(self._objects.take(blob))
        if len(self._new) >= _KEPT:
            self._old, self._new = self._new, {}
        self._new[blob] = found
        return found

    def ask(self, step: Step) -> None:
        """Tell git which blobs a step will need."""
        blobs = (step.blob, *(before.blob for before in step.before))
        self._objects.ask(
            *(blob for blob in blobs if blob and blob not in self._new and blob not in self._old)
        )


class Unreadable(NamedTuple):
    """A step whose version can't be read, and what is wrong with it."""

    step: Step
    what: str


class Readable:
    """The steps whose version can be read, each with the nearest earlier versions that can be.

    `left_out` are the others that would have come so far.
    """

    def __init__(self, steps: Iterator[Step], versions: Versions) -> None:
        self._steps = steps
        self._versions = versions
        self._ahead: deque[Step] = deque()
        self._count = 0
        self.left_out: list[Unreadable] = []

    def __iter__(self) -> Iterator[Step]:
        while step := self._next():
            if self._is_readable(step):
                yield step._replace(before=tuple(self._readable(step.before)))

    def _next(self) -> Step | None:
        # Nobody waits for the second step to see the first.
        while len(self._ahead) <= min(_AHEAD, self._count) and self._pull():
            pass
        self._count += 1
        return self._ahead.popleft() if self._ahead else None

    def _pull(self) -> Step | None:
        step = next(self._steps, None)
        if step is not None:
            self._ahead.append(step)
            self._versions.ask(step)
        return step

    def _is_readable(self, step: Step) -> bool:
        found = self._versions.read(step.blob)
        if isinstance(found, Broken):
            self.left_out.append(Unreadable(step, found.message))
        return isinstance(found, Notebook)

    def _readable(self, before: tuple[Before, ...]) -> Iterator[Before]:
        """In place of a version that is broken, those before it."""
        waiting = deque(before)
        while waiting:
            each = waiting.popleft()
            if isinstance(self._versions.read(each.blob), Notebook):
                yield each
            elif step := self._find(each):
                waiting.extendleft(reversed(step.before))

    def _find(self, before: Before) -> Step | None:
        """The step of a version, which is still to come; None if it lies before the range."""
        seen = iter(tuple(self._ahead))
        step = next(seen, None) or self._pull()
        while step is not None:
            if (step.commit.id, step.path) == (before.commit, before.path):
                return step
            step = next(seen, None) or self._pull()
        return None
