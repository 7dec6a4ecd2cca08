"""Cells that were split into several, or joined from several, found after matching.

A cell was split if its lines, blank ones left aside, are those of two or more neighbouring new cells of its
kind, nearly: `_ENOUGH` of all lines must agree in order, and each part must have given or taken its share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nbhotel.diff.sequence import common
from nbhotel.notebook.model import Cell

_ENOUGH = 0.85
#: A cell with fewer lines than this can't be told to have been split.
_LINES = 2


class Split(NamedTuple):
    """One cell and the run of cells on the other side that its lines went to, or came from."""

    whole: int
    parts: tuple[int, ...]


def find_splits(old: Sequence[Cell], new: Sequence[Cell], pairs: dict[int, int]) -> list[Split]:
    """Return the old cells that were split into new ones. `pairs` is old index -> new index.

    Call it with the sides swapped to find cells that were joined.
    """
    owner = {j: i for i, j in pairs.items()}
    found: list[Split] = []
    used: set[int] = set()
    for i, cell in enumerate(old):
        if i in pairs and new[pairs[i]].source == cell.source:
            continue
        for run in _runs(i, len(new), pairs, owner):
            parts = _parts(cell, new, run)
            if parts and not used & set(parts):
                found.append(Split(i, parts))
                used |= set(parts)
                break
    return found


def _runs(i: int, end: int, pairs: dict[int, int], owner: dict[int, int]) -> Iterator[range]:
    """Yield the run of free new cells where `i` belongs, its own partner included."""
    if i in pairs:
        low = high = pairs[i]
        high += 1
    else:
        low = high = pairs.get(i - 1, -1) + 1
    while low > 0 and low - 1 not in owner:
        low -= 1
    while high < end and high not in owner:
        high += 1
    if high - low > 1:
        yield range(low, high)


def _parts(cell: Cell, new: Sequence[Cell], run: range) -> tuple[int, ...] | None:
    lines = _lines(cell)
    if len(lines) < _LINES:
        return None
    known = set(lines)
    parts = [j for j in run if new[j].kind == cell.kind and _mostly(known, _lines(new[j]))]
    if len(parts) < 2 or parts[-1] - parts[0] != len(parts) - 1:
        return None
    joined = [line for j in parts for line in _lines(new[j])]
    kept = len(common(lines, joined))
    return tuple(parts) if kept >= _ENOUGH * max(len(lines), len(joined)) else None


def _mostly(known: set[str], lines: list[str]) -> bool:
    return bool(lines) and sum(line in known for line in lines) * 2 > len(lines)


def _lines(cell: Cell) -> list[str]:
    return [line.rstrip() for line in cell.source.split("\n") if line.strip()]
