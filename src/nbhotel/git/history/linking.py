"""Which cell, and which line, of an older version is which one of a newer version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from nbhotel.diff.notebooks import diff_notebooks, same_at_both_ends
from nbhotel.diff.sequence import ops
from nbhotel.diff.slide import slid
from nbhotel.diff.values import CellEntry, Compared, NotebookDiff, Op
from nbhotel.git.history.guessing import partners
from nbhotel.notebook.model import Notebook
from nbhotel.records import NamedTuple


class Place(NamedTuple):
    """A line, or an output, by its cell and its place in it, both from 0."""

    cell: int
    number: int


class Link:
    """What became of an older version's cells in a newer one; compared only as far as somebody asks."""

    def __init__(self, old: Notebook, new: Notebook, compared: Compared) -> None:
        self.old = old
        self.new = new
        self._compared = compared
        self._first, self._last = same_at_both_ends(old.cells, new.cells)

    @cached_property
    def diff(self) -> NotebookDiff:
        """The whole comparison."""
        return diff_notebooks(self.old, self.new, self._compared)

    def entry(self, cell: int) -> CellEntry:
        """Return the fate of a new cell."""
        if cell < self._first:
            return CellEntry("same", (cell,), (cell,))
        if cell >= len(self.new.cells) - self._last:
            return CellEntry("same", (cell - len(self.new.cells) + len(self.old.cells),), (cell,))
        return self._entries[cell]

    @cached_property
    def _entries(self) -> dict[int, CellEntry]:
        return {cell: entry for entry in self.diff.cells for cell in entry.new}


def significant(line: str) -> str:
    """Return what a line is the same by: all but its white space. It is empty of a blank line."""
    return "".join(line.split())


class Lines:
    """The lines of an entry's old and new cells, and the ops between them, white space left aside."""

    def __init__(self, link: Link, entry: CellEntry) -> None:
        self._old = _lines(link.old, entry.old)
        self._new = _lines(link.new, entry.new)
        old, new = [text for _, text in self._old], [text for _, text in self._new]
        a, b = [significant(text) for text in old], [significant(text) for text in new]
        self._ops: Sequence[Op] = slid(ops(a, b), old, new)
        self.is_reformatted = list(filter(None, a)) == list(filter(None, b))

    def kept(self, cell: int) -> dict[int, Place]:
        """Return where the lines of a new cell were, by their places in it; new lines are left out."""
        pairs = ((op.i1 + k, op.j1 + k) for op in self._of("equal") for k in range(op.i2 - op.i1))
        return self._by_place(cell, pairs)

    def replaced(self, cell: int) -> dict[int, Place]:
        """Return which line a line of a new cell that stands in place of old ones probably was."""
        return self._by_place(cell, self._partners())

    def _partners(self) -> Iterator[tuple[int, int]]:
        for op in self._of("replace"):
            old, new = self._old[op.i1 : op.i2], self._new[op.j1 : op.j2]
            for i, j in partners([text for _, text in old], [text for _, text in new]):
                yield op.i1 + i, op.j1 + j

    def _of(self, tag: str) -> Iterator[Op]:
        return (op for op in self._ops if op.tag == tag)

    def _by_place(self, cell: int, pairs: Iterable[tuple[int, int]]) -> dict[int, Place]:
        return {self._new[j][0].number: self._old[i][0] for i, j in pairs if self._new[j][0].cell == cell}


def _lines(notebook: Notebook, cells: Sequence[int]) -> list[tuple[Place, str]]:
    return [
        (Place(cell, number), text)
        for cell in cells
        for number, text in enumerate(notebook.cells[cell].source.split("\n"))
    ]
