"""Cells that were split into several, or joined from several, found after matching.

A cell was split if its lines, blank ones left aside, are those of two or more neighbouring new cells of its
kind, nearly: `_ENOUGH` of all lines must agree in order, and each part must have given or taken its share.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.diff.sequence import common
from nbhotel.notebook.model import Cell
from nbhotel.records import NamedTuple

_ENOUGH = 0.85
#: A cell with fewer lines than this can't be told to have been split.
_LINES = 2
#: A line that more cells have than this says nothing on which cell it came from.
_COMMON_LINE = 8


class Split(NamedTuple):
    """One cell and the run of cells on the other side that its lines went to, or came from."""

    whole: int
    parts: tuple[int, ...]


def find_splits(old: Sequence[Cell], new: Sequence[Cell], pairs: dict[int, int]) -> list[Split]:
    """Return the old cells that were split into new ones. `pairs` is old index -> new index.

    Call it with the sides swapped to find cells that were joined.
    """
    owner = {j: i for i, j in pairs.items()}
    having = _free_cells_by_line(old, new, owner)
    found: list[Split] = []
    used: set[int] = set()
    for i, cell in enumerate(old):
        if i in pairs and new[pairs[i]].source == cell.source:
            continue
        near = {j for line in set(_lines(cell)) for j in having.get(line, ()) if owner.get(j, i) == i}
        parts = _parts(cell, new, sorted(near - used))
        if parts:
            found.append(Split(i, parts))
            used |= set(parts)
    return found


def _free_cells_by_line(
    old: Sequence[Cell], new: Sequence[Cell], owner: dict[int, int]
) -> dict[str, list[int]]:
    """For each line the new cells that have it and may be parts; lines that many have lead nowhere."""
    having: dict[str, list[int]] = {}
    for j, cell in enumerate(new):
        if j not in owner or old[owner[j]].source != cell.source:
            for line in set(_lines(cell)):
                having.setdefault(line, []).append(j)
    return {line: cells for line, cells in having.items() if len(cells) <= _COMMON_LINE}


def _parts(cell: Cell, new: Sequence[Cell], near: list[int]) -> tuple[int, ...] | None:
    lines = _lines(cell)
    if len(lines) < _LINES or len(near) < 2:
        return None
    known = set(lines)
    parts = [j for j in near if new[j].kind == cell.kind and _mostly(known, _lines(new[j]))]
    if len(parts) < 2 or parts[-1] - parts[0] != len(parts) - 1:
        return None
    joined = [line for j in parts for line in _lines(new[j])]
    kept = len(common(lines, joined))
    return tuple(parts) if kept >= _ENOUGH * max(len(lines), len(joined)) else None


def _mostly(known: set[str], lines: list[str]) -> bool:
    return bool(lines) and sum(line in known for line in lines) * 2 > len(lines)


def _lines(cell: Cell) -> list[str]:
    return [line.rstrip() for line in cell.source.split("\n") if line.strip()]
