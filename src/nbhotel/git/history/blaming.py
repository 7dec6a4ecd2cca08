"""Who wrote which line of a notebook: every line asks the versions before it until one did not have it.

Lines are the same whatever white space is in them, and a cell is the same wherever it stands, so that moves
and reformatting take no blame. A merge wrote only the lines that no parent has. A commit that is to be
ignored hands its lines on to those which they replaced, as well as can be told (git-blame(1), --ignore-rev).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from nbhotel.diff.values import Compared
from nbhotel.git.history.asked import Asked, Target, Want, everything, together
from nbhotel.git.history.commits import Commit
from nbhotel.git.history.passing import Passing
from nbhotel.git.history.questions import Questions
from nbhotel.git.history.versions import Versions
from nbhotel.git.history.walk import Before, Step
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.records import NamedTuple

_SOURCES = Compared(outputs=False, attachments=False, metadata=False, ids=False, details=False, chunks=False)
_AND_OUTPUTS = _SOURCES._replace(outputs=True)


class Origin(NamedTuple):
    """Where something comes from: the commit, and the notebook's path in it.

    `is_boundary` says that the history was walked no further, as a shallow clone holds none; `is_guess` that
    a commit after it was ignored.
    """

    commit: Commit
    path: str
    is_boundary: bool = False
    is_guess: bool = False


class CellBlame(NamedTuple):
    """A cell's place from 0, the commit that changed it last, and one for each line and each output."""

    cell: int
    touched: Origin
    lines: tuple[Origin, ...]
    outputs: tuple[Origin, ...]


class Blame(NamedTuple):
    """A whole version of a notebook; the cells are those that were asked for, in order."""

    step: Step
    notebook: Notebook
    cells: tuple[CellBlame, ...]


def blame(
    steps: Iterator[Step],
    versions: Versions,
    *,
    chosen: Callable[[Notebook], Sequence[int]],
    outputs: bool = False,
    ignored: Collection[str] = (),
    roots: Collection[str] = (),
) -> Blame | None:
    """Return the blame of the first step's version; None if there is no step.

    `chosen` returns the places, from 0, of the cells to ask about; `ignored` are ids of commits; `roots` are
    those of which a shallow clone has no parents.
    """
    first = next(steps, None)
    if first is None:
        return None
    notebook = _read(first.blob, versions)
    wanted = chosen(notebook)
    blaming = _Blaming(versions, _AND_OUTPUTS if outputs else _SOURCES, ignored, roots)
    blaming.walk(chain([first], steps), first, everything(notebook, wanted, outputs=outputs))
    found = (blaming.cell(notebook, cell, outputs=outputs) for cell in wanted)
    return Blame(first, notebook, tuple(found))


class _Blaming:
    """One blame under way: who has answered for what."""

    def __init__(
        self, versions: Versions, compared: Compared, ignored: Collection[str], roots: Collection[str]
    ) -> None:
        self._versions = versions
        self._compared = compared
        self._ignored = ignored
        self._roots = roots
        self._origins: dict[Target, Origin] = {}

    def walk(self, steps: Iterable[Step], first: Step, asked: Asked) -> None:
        """Ask on and on until all is answered."""
        targets = sum(1 for _ in asked.wants())
        questions: Questions[tuple[Asked, Origin]] = Questions(steps)
        questions.ask(Before(first.path, first.blob, first.commit.id), (asked, self._origin(first)))
        for step, found in questions:
            passed = self._step(step, together([each for each, _ in found]))
            if len(self._origins) == targets:
                return
            for before, each in passed:
                questions.ask(before, (each, self._origin(step)))
        for each, asker in questions.unanswered():
            self._answer(each.wants(), asker._replace(is_boundary=True))

    def cell(self, notebook: Notebook, cell: int, *, outputs: bool) -> CellBlame:
        """Return what was found out about a cell."""
        lines = range(notebook.cells[cell].source.count("\n") + 1)
        shown = range(len(notebook.cells[cell].outputs) if outputs else 0)
        return CellBlame(
            cell,
            self._origins[Target("cell", cell)],
            tuple(self._origins[Target("line", cell, line)] for line in lines),
            tuple(self._origins[Target("output", cell, output)] for output in shown),
        )

    def _step(self, step: Step, asked: Asked) -> list[tuple[Before, Asked]]:
        """Answer for what no parent has, and return what to ask the parents."""
        passing = Passing(_read(step.blob, self._versions), asked, self._compared)
        passed = [(before, passing.to(_read(before.blob, self._versions))) for before in step.before]
        if len(passed) > 1:
            passing.merge()
        if step.commit.id in self._ignored:
            passing.guess()
        self._answer(passing.rest.wants(), self._origin(step))
        return [(before, each) for before, each in passed if each]

    def _origin(self, step: Step) -> Origin:
        return Origin(step.commit, step.path, is_boundary=step.commit.id in self._roots)

    def _answer(self, wants: Iterable[Want], origin: Origin) -> None:
        for target, is_guess in wants:
            self._origins.setdefault(target, origin._replace(is_guess=is_guess) if is_guess else origin)


def _read(blob: str, versions: Versions) -> Notebook:
    found = versions.read(blob)
    return found if isinstance(found, Notebook) else EMPTY
