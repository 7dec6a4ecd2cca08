"""A cell that is followed through history, or those lines of it that became a cell of their own later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nbhotel.diff.values import CellEntry, NotebookDiff, Op, TextDiff
from nbhotel.notebook.model import Notebook


class Part(NamedTuple):
    """Lines `start` to `end` (not included) of a cell, from 0; to the end of the cell if `end` is -1."""

    cell: int
    start: int = 0
    end: int = -1

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole cell."""
        return self.start == 0 and self.end < 0


def changes_part(entry: CellEntry, part: Part) -> bool:
    """Whether a cell's fate, its place left aside, has to do with a part of the new cell."""
    if entry.kind != "changed" or part.is_whole or entry.change is None:
        return entry.kind != "same"
    if any(field.path == ("cell_type",) for field in entry.change.fields):
        return True
    ops = entry.change.source.ops if entry.change.source else ()
    return any(op.tag != "equal" and _meets(op.j1, op.j2, part.start, part.end) for op in ops)


def parts_before(diff: NotebookDiff, entry: CellEntry, part: Part) -> Iterator[Part]:
    """Yield what a part of the new cell was in the old notebook; nothing if it was not there."""
    if entry.kind == "added":
        return
    if part.is_whole and entry.kind != "split":
        yield from map(Part, entry.old)
        return
    start, end = _in_joined(diff.new, entry.new, part)
    source = entry.change.source if entry.change else None
    if source is not None:
        start, end = _before(source, start, end)
    if start < end:
        yield from _in_cells(diff.old, entry.old, start, end)


def _meets(start: int, end: int, part_start: int, part_end: int) -> bool:
    """Whether a changed stretch lies in a part; an empty one (lines were removed) must stand within it."""
    return start < part_end and end > part_start if start < end else part_start < start < part_end


def _before(diff: TextDiff, start: int, end: int) -> tuple[int, int]:
    """The old lines that lines of the new text come from; an empty stretch if they all are new."""
    found = [_old_lines(op, start, end) for op in diff.ops if _meets(op.j1, op.j2, start, end)]
    old = [each for each in found if each[0] < each[1]]
    return (min(each[0] for each in old), max(each[1] for each in old)) if old else (0, 0)


def _old_lines(op: Op, start: int, end: int) -> tuple[int, int]:
    if op.tag != "equal":
        return op.i1, op.i2
    return op.i1 + max(0, start - op.j1), op.i2 - max(0, op.j2 - end)


def _in_joined(notebook: Notebook, cells: tuple[int, ...], part: Part) -> tuple[int, int]:
    """Where a part stands in the text that the cells' sources, joined, are compared as."""
    before = sum(_height(notebook, cell) for cell in cells[: cells.index(part.cell)])
    end = _height(notebook, part.cell) if part.end < 0 else part.end
    return before + part.start, before + end


def _in_cells(notebook: Notebook, cells: tuple[int, ...], start: int, end: int) -> Iterator[Part]:
    """The parts of cells that lines of their joined text are in."""
    for cell in cells:
        height = _height(notebook, cell)
        if start < height and end > 0:
            whole = start <= 0 and end >= height
            yield Part(cell) if whole else Part(cell, max(0, start), min(end, height))
        start, end = start - height, end - height


def _height(notebook: Notebook, cell: int) -> int:
    return notebook.cells[cell].source.strip("\n").count("\n") + 1
