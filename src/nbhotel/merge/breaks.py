"""Cells that one side split, or joined, while the other side edited them.

For the time of the merge, the parts are one cell again, with a line between them that stands for the border:
so an edit finds its lines, in whichever part they are now. Afterwards the cell is cut at these lines. A
border that ends up in a conflict is gone: there the parts stay together, and no line is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from nbhotel.diff.splits import find_splits
from nbhotel.notebook.model import Cell, Json, cell_of
from nbhotel.notebook.writing import source_lines

_BREAK = "\0nbhotel: part "

Indexes: TypeAlias = tuple[int, ...]
#: Indexes of cells of one side that belong together, and of what they are on two others.
Group: TypeAlias = tuple[Indexes, Indexes, Indexes]


class Cells(NamedTuple):
    """One side's cells, some of them put together from parts.

    `origins`: for each cell, its (first part's) index in the notebook. `parts`: what cells consist of.
    """

    cells: tuple[Cell, ...]
    origins: Indexes
    parts: dict[int, tuple[Cell, ...]]


class Matched(NamedTuple):
    """A side's cells, and which cell of the base is which of them."""

    cells: Sequence[Cell]
    pairs: dict[int, int]


class Sides(NamedTuple):
    """The three sides, and which cell of the base is which of the others."""

    base: Cells
    local: Cells
    remote: Cells
    local_pairs: dict[int, int]
    remote_pairs: dict[int, int]


def is_break(line: str) -> bool:
    """Whether a line stands for the border between two parts."""
    return line.startswith(_BREAK)


def put_together(base: Sequence[Cell], local: Matched, remote: Matched) -> Sides:
    """Put together what one side split or joined, where the other side edited it."""
    groups = list(_groups(base, local, remote))
    old, ours, theirs = (
        _collapsed(cells, [group[side] for group in groups])
        for side, cells in enumerate((base, local.cells, remote.cells))
    )
    local_pairs = _renumbered(local.pairs, old, ours, [(group[0], group[1]) for group in groups])
    remote_pairs = _renumbered(remote.pairs, old, theirs, [(group[0], group[2]) for group in groups])
    return Sides(old, ours, theirs, local_pairs, remote_pairs)


def cut(raw: dict[str, Json], parts: Sequence[Cell]) -> list[tuple[int, dict[str, Json]]]:
    """Cut a merged cell at its borders: (number of the part, cell) for each piece.

    The first piece keeps what was merged; the others have everything but the source from their parts.
    """
    pieces: list[tuple[int, list[str]]] = [(0, [])]
    for line in cell_of(raw).source.split("\n"):
        if is_break(line):
            pieces.append((int(line.removeprefix(_BREAK)), []))
        else:
            pieces[-1][1].append(line)
    return [
        (number, _with_source(parts[number].raw if number else raw, "\n".join(lines)))
        for number, lines in pieces
    ]


def _with_source(raw: dict[str, Json], text: str) -> dict[str, Json]:
    if cell_of(raw).source == text:
        return raw
    return raw | {"source": text if isinstance(raw.get("source"), str) else source_lines(text)}


def _groups(base: Sequence[Cell], local: Matched, remote: Matched) -> Iterator[Group]:
    """Yield the groups of cells (of base, local, remote) to put together.

    Where both sides changed borders of the same cells, nothing is put together: whose borders should it have?
    """
    candidates = list(_borders_changed(base, local, remote))
    candidates += [(old, ours, theirs) for old, theirs, ours in _borders_changed(base, remote, local)]
    claims = Counter((side, index) for group in candidates for side in range(3) for index in group[side])
    for group in candidates:
        if all(claims[side, index] == 1 for side in range(3) for index in group[side]):
            yield group


def _borders_changed(base: Sequence[Cell], side: Matched, other: Matched) -> Iterator[Group]:
    """Yield what `side` split or joined and `other` edited, or deleted parts of."""
    touched = {i for i in range(len(base)) if _touched(base[i], other, i)}
    if not touched:
        return
    for split in find_splits(base, side.cells, side.pairs):
        if split.whole in touched & other.pairs.keys():
            yield (split.whole,), split.parts, (other.pairs[split.whole],)
    for join in find_splits(side.cells, base, {j: i for i, j in side.pairs.items()}):
        theirs = tuple(other.pairs[i] for i in join.parts if i in other.pairs)
        # Parts that are left are all there and in order, or one is; borders between others have no number.
        if touched & set(join.parts) and len(theirs) in {1, len(join.parts)} and _in_a_row(theirs):
            yield join.parts, (join.whole,), theirs


def _touched(old: Cell, other: Matched, index: int) -> bool:
    return index not in other.pairs or other.cells[other.pairs[index]].source != old.source


def _in_a_row(indexes: Indexes) -> bool:
    return indexes == tuple(range(indexes[0], indexes[0] + len(indexes)))


def _collapsed(cells: Sequence[Cell], groups: Sequence[Indexes]) -> Cells:
    together = {group[0]: group for group in groups if len(group) > 1}
    hidden = {index for group in groups for index in group[1:]}
    result: list[Cell] = []
    parts: dict[int, tuple[Cell, ...]] = {}
    for index, cell in enumerate(cells):
        if index in together:
            own = tuple(cells[each] for each in together[index])
            parts[len(result)] = own
            result.append(_joined(own))
        elif index not in hidden:
            result.append(cell)
    return Cells(tuple(result), tuple(i for i in range(len(cells)) if i not in hidden), parts)


def _joined(parts: Sequence[Cell]) -> Cell:
    lines = [parts[0].source]
    for number, part in enumerate(parts[1:], 1):
        lines += [f"{_BREAK}{number}", part.source]
    return cell_of(_with_source(parts[0].raw, "\n".join(lines)))


def _renumbered(
    pairs: dict[int, int], old: Cells, new: Cells, groups: Sequence[tuple[Indexes, Indexes]]
) -> dict[int, int]:
    if not groups:
        return pairs
    left, right = ({index: place for place, index in enumerate(side.origins)} for side in (old, new))
    whole = pairs | {group[0][0]: group[1][0] for group in groups}
    return {left[i]: right[j] for i, j in whole.items() if i in left and j in right}
