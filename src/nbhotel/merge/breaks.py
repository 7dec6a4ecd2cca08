"""Cells that one side split, or joined, while the other side edited them.

For the time of the merge, the parts are one cell again, with a line between them that stands for the border:
so an edit finds its lines, in whichever part they are now. Afterwards the cell is cut at these lines. A
border that ends up in a conflict is gone: there the parts stay together, and no line is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from nbhotel.diff.splits import find_splits
from nbhotel.notebook.model import Cell, Json, cell_of
from nbhotel.notebook.writing import source_lines
from nbhotel.records import NamedTuple

_BREAK = "\0nbhotel: part "

Indexes: TypeAlias = tuple[int, ...]


class Cells(NamedTuple):
    """One side's cells, some of them put together from parts.

    `origins`: for each cell, its (first part's) index in the notebook. `parts`: the cells that one consists
    of, by the names of the borders before them.
    """

    cells: tuple[Cell, ...]
    origins: Indexes
    parts: dict[int, dict[str, Cell]]


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


class _Borders(NamedTuple):
    """What a side did to the base's borders.

    `groups`: cells of the base, and cells of the side that are made of them. `names`: of each cell of the
    side, the name of the border before it: the base's cell that starts there, or a name of its own.
    """

    groups: list[tuple[Indexes, Indexes]]
    names: list[str]


class _Group(NamedTuple):
    """Cells of each notebook that are made of the same lines."""

    base: Indexes
    local: Indexes
    remote: Indexes


def is_break(line: str) -> bool:
    """Whether a line stands for the border between two parts."""
    return line.startswith(_BREAK)


def put_together(base: Sequence[Cell], local: Matched, remote: Matched) -> Sides:
    """Put together what a side split or joined, where the other side changed it, too."""
    ours, theirs = _borders(base, local, "local"), _borders(base, remote, "remote")
    groups = list(_groups(base, (local, remote), (ours, theirs)))
    own = [str(index) for index in range(len(base))]
    old = _collapsed(base, [group.base for group in groups], own)
    here = _collapsed(local.cells, [group.local for group in groups], ours.names)
    there = _collapsed(remote.cells, [group.remote for group in groups], theirs.names)
    local_pairs = _renumbered(local.pairs, old, here, [(group.base, group.local) for group in groups])
    remote_pairs = _renumbered(remote.pairs, old, there, [(group.base, group.remote) for group in groups])
    return Sides(old, here, there, local_pairs, remote_pairs)


def cut(raw: dict[str, Json], parts: dict[str, Cell]) -> list[tuple[Cell | None, dict[str, Json]]]:
    """Cut a merged cell at its borders: (the part that a piece was, cell) for each piece.

    The first piece keeps what was merged, and was no part; the others keep all but the source of their parts.
    """
    pieces: list[tuple[Cell | None, list[str]]] = [(None, [])]
    for line in cell_of(raw).source.split("\n"):
        part = parts.get(line.removeprefix(_BREAK)) if is_break(line) else None
        if part is not None:
            pieces.append((part, []))
        elif not is_break(line):
            pieces[-1][1].append(line)
    return [(part, _with_source(part.raw if part else raw, "\n".join(lines))) for part, lines in pieces]


def _with_source(raw: dict[str, Json], text: str) -> dict[str, Json]:
    if cell_of(raw).source == text:
        return raw
    return raw | {"source": text if isinstance(raw.get("source"), str) else source_lines(text)}


def _borders(base: Sequence[Cell], side: Matched, prefix: str) -> _Borders:
    back = {j: i for i, j in side.pairs.items()}
    names = [str(back[j]) if j in back else f"{prefix} {j}" for j in range(len(side.cells))]
    groups: list[tuple[Indexes, Indexes]] = []
    for join in find_splits(side.cells, base, back):
        groups.append((join.parts, (join.whole,)))
        names[join.whole] = str(join.parts[0])
    for split in find_splits(base, side.cells, side.pairs):
        groups.append(((split.whole,), split.parts))
        names[split.parts[0]] = str(split.whole)
        for part in split.parts[1:]:  # where both sides split at the same place, it is the same border
            names[part] = f"{split.whole}: {side.cells[part].source.strip().partition(chr(10))[0]}"
    return _Borders(groups, names)


def _groups(
    base: Sequence[Cell], sides: tuple[Matched, Matched], borders: tuple[_Borders, _Borders]
) -> Iterator[_Group]:
    """Yield what to put together: groups that overlap are one, and one that a side left alone is none."""
    found: list[_Group] = []
    for olds in _united([olds for each in borders for olds, _ in each.groups]):
        own = [_made_of(olds, side, each) for side, each in zip(sides, borders, strict=True)]
        changed = [
            len(made) != len(olds) or any(_changed(base[i], side, i) for i in olds)
            for made, side in zip(own, sides, strict=True)
        ]
        if all(changed) and all(map(_in_a_row, (olds, *own))) and all(map(_all_differ, own, borders)):
            found.append(_Group(olds, own[0], own[1]))
    claims = Counter((side, index) for group in found for side in range(3) for index in group[side])
    for group in found:
        if all(claims[side, index] == 1 for side in range(3) for index in group[side]):
            yield group


def _united(groups: Sequence[Indexes]) -> list[Indexes]:
    """Unite groups of the base's cells that have cells in common."""
    united: list[set[int]] = []
    for group in groups:
        touching = [other for other in united if other & set(group)]
        united = [other for other in united if other not in touching]
        united.append(set(group).union(*touching))
    return [tuple(sorted(group)) for group in united]


def _made_of(olds: Indexes, side: Matched, borders: _Borders) -> Indexes:
    """Return the side's cells that are made of these cells of the base."""
    made = {side.pairs[i] for i in olds if i in side.pairs}
    for group, own in borders.groups:
        if set(group) & set(olds):
            made |= set(own)
    return tuple(sorted(made))


def _changed(old: Cell, side: Matched, index: int) -> bool:
    return index not in side.pairs or side.cells[side.pairs[index]].source != old.source


def _in_a_row(indexes: Indexes) -> bool:
    return bool(indexes) and indexes == tuple(range(indexes[0], indexes[0] + len(indexes)))


def _all_differ(own: Indexes, borders: _Borders) -> bool:
    return len({borders.names[index] for index in own}) == len(own)


def _collapsed(cells: Sequence[Cell], groups: Sequence[Indexes], names: Sequence[str]) -> Cells:
    together = {group[0]: group for group in groups if len(group) > 1}
    hidden = {index for group in groups for index in group[1:]}
    result: list[Cell] = []
    parts: dict[int, dict[str, Cell]] = {}
    for index, cell in enumerate(cells):
        if index in together:
            parts[len(result)] = {names[each]: cells[each] for each in together[index]}
            result.append(_joined(parts[len(result)]))
        elif index not in hidden:
            result.append(cell)
    return Cells(tuple(result), tuple(i for i in range(len(cells)) if i not in hidden), parts)


def _joined(parts: dict[str, Cell]) -> Cell:
    first, *others = parts.items()
    lines = [first[1].source]
    for name, part in others:
        lines += [f"{_BREAK}{name}", part.source]
    return cell_of(_with_source(first[1].raw, "\n".join(lines)))


def _renumbered(
    pairs: dict[int, int], old: Cells, new: Cells, groups: Sequence[tuple[Indexes, Indexes]]
) -> dict[int, int]:
    if not groups:
        return pairs
    left, right = ({index: place for place, index in enumerate(side.origins)} for side in (old, new))
    whole = pairs | {group[0][0]: group[1][0] for group in groups}
    return {left[i]: right[j] for i, j in whole.items() if i in left and j in right}
