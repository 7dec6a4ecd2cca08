"""A cell that is followed through history, or those lines of it that became a cell of their own later."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.values import CellEntry
from nbhotel.git.history.linking import Lines, Link
from nbhotel.notebook.model import Notebook
from nbhotel.records import NamedTuple


class Part(NamedTuple):
    """Lines `start` to `end` (not included) of a cell, from 0; to the end of the cell if `end` is -1."""

    cell: int
    start: int = 0
    end: int = -1

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole cell."""
        return self.start == 0 and self.end < 0

    def holds(self, line: int) -> bool:
        """Whether a line of the cell belongs to it."""
        return self.start <= line and (line < self.end or self.end < 0)


def changes_part(entry: CellEntry, part: Part) -> bool:
    """Whether a cell's fate, its place left aside, has to do with a part of the new cell."""
    if entry.kind != "changed" or part.is_whole or entry.change is None:
        return entry.kind != "same"
    if any(field.path == ("cell_type",) for field in entry.change.fields):
        return True
    ops = entry.change.source.ops if entry.change.source else ()
    return any(op.tag != "equal" and _meets(op.j1, op.j2, part) for op in ops)


def parts_before(link: Link, entry: CellEntry, part: Part) -> Iterator[Part]:
    """Yield what a part of the new cell was in the old notebook; nothing if it was not there."""
    if entry.kind == "added":
        return
    if part.is_whole and entry.kind != "split":
        yield from map(Part, entry.old)
        return
    if entry.kind == "same":
        yield part._replace(cell=entry.old[0])
        return
    compared = Lines(link, entry)
    came_from = compared.replaced(part.cell) | compared.kept(part.cell)
    places = [place for line, place in came_from.items() if part.holds(line)]
    for cell in entry.old:
        lines = [place.number for place in places if place.cell == cell]
        if lines:
            found = _part(link.old, cell, min(lines), max(lines) + 1)
            yield _at_edges(found, part) if entry.kind == "changed" else found


def _meets(start: int, end: int, part: Part) -> bool:
    """Whether changed lines are in a part; where lines were removed (`start` is `end`), whether within it."""
    if start < end:
        return any(part.holds(line) for line in range(start, end))
    return (part.start < start or start == 0 == part.start) and (start < part.end or part.end < 0)


def _at_edges(found: Part, part: Part) -> Part:
    """What begins or ends with its cell did so before lines there were removed."""
    return found._replace(start=0 if part.start == 0 else found.start, end=-1 if part.end < 0 else found.end)


def _part(notebook: Notebook, cell: int, start: int, end: int) -> Part:
    at_end = end == notebook.cells[cell].source.count("\n") + 1
    return Part(cell, start, -1 if at_end else end)
