"""Two notebooks -> a NotebookDiff."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from nbhotel.diff.align import in_order, match_cells
from nbhotel.diff.cells import diff_cells
from nbhotel.diff.fields import diff_fields
from nbhotel.diff.sequence import rising
from nbhotel.diff.splits import find_splits
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import EVERYTHING, CellChange, CellEntry, Compared, NotebookDiff
from nbhotel.notebook.model import Cell, Notebook


def diff_notebooks(old: Notebook, new: Notebook, compared: Compared = EVERYTHING) -> NotebookDiff:
    """Compare two notebooks. Never fails, whatever the notebooks hold."""
    left_out = {"cells"}
    left_out |= set() if compared.metadata else {"metadata"}
    left_out |= set() if compared.details else {"nbformat_minor"}
    entries = _all_entries(old.cells, new.cells, compared)
    return NotebookDiff(old, new, diff_fields(old.raw, new.raw, but=left_out), tuple(entries))


def same_at_both_ends(old: Sequence[Cell], new: Sequence[Cell]) -> tuple[int, int]:
    """Return how many cells are the same objects at the beginning, and of the others at the end.

    There are many where `notebook.shared` has read two versions, else probably none.
    """
    most = min(len(old), len(new))
    first = next((k for k in range(most) if old[k] is not new[k]), most)
    last = next((k for k in range(most - first) if old[-1 - k] is not new[-1 - k]), most - first)
    return first, last


def _all_entries(old: tuple[Cell, ...], new: tuple[Cell, ...], compared: Compared) -> list[CellEntry]:
    """Return the cells' fates in the order of the new notebook; removed ones after whom they stood behind."""
    first, last = same_at_both_ends(old, new)
    stop_old, stop_new = len(old) - last, len(new) - last
    sure = sum(cell.id is not None for cell in (*old[:first], *old[stop_old:]))
    found = _entries(old[first:stop_old], new[first:stop_new], compared, sure)
    return [
        *(CellEntry("same", (k,), (k,)) for k in range(first)),
        *(_shifted(entry, first) if first else entry for entry in found),
        *(CellEntry("same", (stop_old + k,), (stop_new + k,)) for k in range(last)),
    ]


def _shifted(entry: CellEntry, by: int) -> CellEntry:
    return entry._replace(old=tuple(i + by for i in entry.old), new=tuple(j + by for j in entry.new))


def _entries(old: tuple[Cell, ...], new: tuple[Cell, ...], compared: Compared, sure: int) -> list[CellEntry]:
    pairs = match_cells(old, new, sure=sure)
    groups = _split_and_joined(old, new, pairs) if len(pairs) < max(len(old), len(new)) else []
    grouped_old = {i for entry in groups for i in entry.old}
    grouped_new = {j for entry in groups for j in entry.new}
    pairs = {i: j for i, j in pairs.items() if i not in grouped_old and j not in grouped_new}
    kept = in_order(pairs | {entry.old[0]: entry.new[0] for entry in groups})
    entries = [entry._replace(moved=entry.old[0] not in kept) for entry in groups]
    entries += [_paired(old, new, i, j, i not in kept, compared) for i, j in pairs.items()]
    taken = {j for entry in entries for j in entry.new}
    entries += [CellEntry("added", (), (j,)) for j in range(len(new)) if j not in taken]
    removed = [i for i in range(len(old)) if i not in pairs and i not in grouped_old]
    return _arranged(entries, removed)


def _arranged(entries: list[CellEntry], removed: list[int]) -> list[CellEntry]:
    """Sort entries by the new notebook, and put each removed cell behind the one that it followed."""
    entries = sorted(entries, key=lambda entry: entry.new[0])
    result: list[CellEntry] = []
    waiting = deque(removed)
    followed = iter(rising(sorted((e.old[0], e.new[0]) for e in entries if e.old and not e.moved)))
    until = next(followed, None)  # the next old cell that kept its order
    for entry in entries:
        while waiting and (until is None or waiting[0] < until[0]):
            result.append(CellEntry("removed", (waiting.popleft(),), ()))
        result.append(entry)
        if until is not None and entry.new[0] == until[1]:
            until = next(followed, None)
    return result + [CellEntry("removed", (i,), ()) for i in waiting]


def _paired(
    old: tuple[Cell, ...], new: tuple[Cell, ...], i: int, j: int, moved: bool, compared: Compared
) -> CellEntry:
    change = None if old[i] is new[j] else diff_cells(old[i], new[j], compared) or None
    return CellEntry("changed" if change else "same", (i,), (j,), moved, change)


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
