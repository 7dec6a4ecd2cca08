"""Two notebooks -> a NotebookDiff."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.align import in_order, match_cells
from nbhotel.diff.cells import diff_cells
from nbhotel.diff.fields import diff_fields
from nbhotel.diff.splits import find_splits
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import EVERYTHING, CellChange, CellEntry, Compared, NotebookDiff
from nbhotel.notebook.model import Cell, Notebook


def diff_notebooks(old: Notebook, new: Notebook, compared: Compared = EVERYTHING) -> NotebookDiff:
    """Compare two notebooks. Never fails, whatever the notebooks hold."""
    left_out = {"cells"}
    left_out |= set() if compared.metadata else {"metadata"}
    left_out |= set() if compared.details else {"nbformat_minor"}
    entries = tuple(_entries(old.cells, new.cells, compared))
    return NotebookDiff(old, new, diff_fields(old.raw, new.raw, but=left_out), entries)


def _entries(old: tuple[Cell, ...], new: tuple[Cell, ...], compared: Compared) -> Iterator[CellEntry]:
    """Yield the cells' fates in the order of the new notebook; removed ones where they stood."""
    pairs = match_cells(old, new)
    groups = _split_and_joined(old, new, pairs) if len(pairs) < max(len(old), len(new)) else []
    grouped = {i for entry in groups for i in entry.old}
    pairs = {i: j for i, j in pairs.items() if i not in grouped}
    kept = in_order(pairs)
    at = {pairs[i]: _paired(old, new, i, pairs[i], i not in kept, compared) for i in pairs}
    at |= {entry.new[0]: entry for entry in groups}
    inner = {j for entry in groups for j in entry.new[1:]}
    removed = [i for i in range(len(old)) if i not in pairs and i not in grouped]
    for j in range(len(new)):
        entry = at.get(j, CellEntry("added", (), (j,)))
        if entry.old and not entry.moved:  # the removed cells that stood before this one
            while removed and removed[0] < entry.old[0]:
                yield CellEntry("removed", (removed.pop(0),), ())
        elif not entry.old and removed:
            # A cell that was written in place of a removed one is shown after it.
            until = _next_kept(j, at, len(old))
            while removed and removed[0] < until:
                yield CellEntry("removed", (removed.pop(0),), ())
        if j not in inner:
            yield entry
    yield from (CellEntry("removed", (i,), ()) for i in removed)


def _next_kept(j: int, at: dict[int, CellEntry], end: int) -> int:
    """Return the old index of the next cell after `j` that kept its order."""
    while j in at or j <= max(at, default=-1):
        entry = at.get(j)
        if entry is not None and not entry.moved:
            return entry.old[0]
        j += 1
    return end


def _paired(
    old: tuple[Cell, ...], new: tuple[Cell, ...], i: int, j: int, moved: bool, compared: Compared
) -> CellEntry:
    change = diff_cells(old[i], new[j], compared)
    return CellEntry("changed" if change else "same", (i,), (j,), moved, change or None)


def _split_and_joined(old: tuple[Cell, ...], new: tuple[Cell, ...], pairs: dict[int, int]) -> list[CellEntry]:
    back = {j: i for i, j in pairs.items()}
    entries = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for split in find_splits(old, new, pairs):
        change = CellChange(diff_text(old[split.whole].source, _joined(new, split.parts)))
        entries.append(CellEntry("split", (split.whole,), split.parts, change=change))
        used_old.add(split.whole)
        used_new |= set(split.parts)
    for join in find_splits(new, old, back):
        if used_new & {join.whole} or used_old & set(join.parts):
            continue
        change = CellChange(diff_text(_joined(old, join.parts), new[join.whole].source))
        entries.append(CellEntry("joined", join.parts, (join.whole,), change=change))
    return entries


def _joined(cells: tuple[Cell, ...], parts: tuple[int, ...]) -> str:
    return "\n".join(cells[index].source.strip("\n") for index in parts)
