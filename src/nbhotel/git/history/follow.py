"""The commits that changed a notebook's cells, or one cell, which is followed back to where it came from.

The way back leads through edits, moves, changed ids and types of cells, renamed files and merges; from a cell
that was joined to all those that it was joined from; from a part of a cell that was split to those lines of
the whole that became the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from nbhotel.diff.values import CellEntry, Compared, NotebookDiff
from nbhotel.git.history.linking import Lines, Link, significant
from nbhotel.git.history.parts import Part, changes_part, parts_before
from nbhotel.git.history.questions import Questions
from nbhotel.git.history.versions import Versions
from nbhotel.git.history.walk import Before, Step
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.records import NamedTuple


class Change(NamedTuple):
    """What a commit changed: `diff` against the version at `old_path`, which is "" where there was none.

    Of a merge, and where one cell is followed, `diff` has only the cells that count.
    """

    step: Step
    old_path: str
    diff: NotebookDiff


def changes(steps: Iterable[Step], versions: Versions, compared: Compared) -> Iterator[Change]:
    """Yield what each commit changed, of what is compared, or its new name; of a merge what no parent has."""
    for step in steps:
        links = _links(step, versions, compared)
        merge = len(links) > 1
        change = _merged(step, links) if merge else Change(step, _old_path(step), links[0].diff)
        renamed = not merge and change.old_path not in {"", step.path}
        if change.diff or renamed:
            yield change


def changes_of_cell(
    steps: Iterator[Step], versions: Versions, compared: Compared, cell: int
) -> Iterator[Change]:
    """Yield what each commit changed in the cell that is at this place, from 0, in the first step."""
    first = next(steps, None)
    if first is None:
        return
    questions: Questions[frozenset[Part]] = Questions(chain([first], steps))
    questions.ask(Before(first.path, first.blob, first.commit.id), frozenset([Part(cell)]))
    for step, asked in questions:
        following = _Following(_links(step, versions, compared))
        for part in sorted(frozenset().union(*asked)):
            following.take(part)
        if following.told:
            yield following.change(step)
        for before, parts in zip(step.before, following.back, strict=False):
            if parts:
                questions.ask(before, frozenset(parts))


class _Following:
    """One step of following: what to tell of it, and what to ask each parent."""

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = links
        self._is_merge = len(links) > 1
        self.told: list[CellEntry] = []
        self._teller = 0  # the link that all is told against
        self.back: list[set[Part]] = [set() for _ in links]

    def take(self, part: Part) -> None:
        """Follow one part of a cell to the parents."""
        quiet = [number for number, link in enumerate(self._links) if not self._changes(link, part)]
        # Where a parent has the very same cell, it is that one's.
        quiet.sort(key=lambda number: self._links[number].entry(part.cell).kind != "same")
        if not quiet and (not self._is_merge or _is_own(part.cell, self._links)):
            self._tell(part.cell)
        for number in quiet[:1] or range(len(self._links)):
            link = self._links[number]
            self.back[number].update(parts_before(link, link.entry(part.cell), part))

    def _changes(self, link: Link, part: Part) -> bool:
        entry = link.entry(part.cell)
        # In a merge one side's cells always stand elsewhere.
        return changes_part(entry, part) or (entry.moved and not self._is_merge)

    def _tell(self, cell: int) -> None:
        """Tell of a cell against the first parent that has it; all of a step against the same parent."""
        having = [number for number, link in enumerate(self._links) if link.entry(cell).kind != "added"]
        if not self.told:
            self._teller = (having or [0])[0]
        self.told.append(self._links[self._teller].entry(cell))

    def change(self, step: Step) -> Change:
        """Return what was told, in the order of the diff."""
        diff = self._links[self._teller].diff
        cells = tuple(entry for entry in diff.cells if entry in self.told)
        return Change(step, _old_path(step, self._teller), diff._replace(fields=(), cells=cells))


def _links(step: Step, versions: Versions, compared: Compared) -> list[Link]:
    """The versions before; an empty one if there is none."""
    new = _read(step.blob, versions)
    olds = [_read(before.blob, versions) for before in step.before] or [EMPTY]
    return [Link(old, new, compared) for old in olds]


def _read(blob: str, versions: Versions) -> Notebook:
    found = versions.read(blob)
    return found if isinstance(found, Notebook) else EMPTY


def _old_path(step: Step, number: int = 0) -> str:
    return step.before[number].path if step.before else ""


def _merged(step: Step, links: Sequence[Link]) -> Change:
    """What a merge changed itself, told against its first parent."""
    diff = links[0].diff
    own = (entry for entry in diff.cells if any(_is_own(cell, links) for cell in entry.new))
    return Change(step, _old_path(step), diff._replace(fields=(), cells=tuple(own)))


def _is_own(cell: int, links: Sequence[Link]) -> bool:
    """Whether a merge wrote something in a cell that no parent has, or the cell itself."""
    kinds = {link.entry(cell).kind for link in links}
    if "same" in kinds or kinds == {"added"}:
        return "same" not in kinds
    kept = {line for link in links for line in Lines(link, link.entry(cell)).kept(cell)}
    lines = links[0].new.cells[cell].source.split("\n")
    return any(significant(text) and line not in kept for line, text in enumerate(lines))
