"""Which cell is which, for a merge: as a comparison sees it, and one case more.

A comparison shows a cell that was wholly rewritten as one that went and one that came. For a merge it is
better that the rewritten cell is the old one: another change next to it is then no change at the same place.
So a cell that went and one that came, alone between the same neighbours, are one cell, unless their ids say
otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.diff.align import match_cells
from nbhotel.merge.identities import regenerated
from nbhotel.notebook.model import Cell


def match_for_merge(base: Sequence[Cell], side: Sequence[Cell]) -> dict[int, int]:
    """Return index in the base -> index on the side."""
    pairs = match_cells(base, side)
    ids_tell = not regenerated(base, side, pairs)
    taken = set(pairs.values())
    for i, old in enumerate(base):
        j = 0 if i == 0 else pairs.get(i - 1, -2) + 1
        if i in pairs or not 0 <= j < len(side) or j in taken:
            continue
        after = pairs.get(i + 1, -1) if i + 1 < len(base) else len(side)
        if after == j + 1 and _may_be_one(old, side[j], ids_tell=ids_tell):
            pairs[i] = j
            taken.add(j)
    return dict(sorted(pairs.items()))


def _may_be_one(old: Cell, new: Cell, *, ids_tell: bool) -> bool:
    if old.kind != new.kind:
        return False
    return not ids_tell or old.id is None or new.id is None or old.id == new.id
