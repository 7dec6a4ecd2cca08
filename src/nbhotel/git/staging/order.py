"""In which order the cells of a partly applied change stand.

Cells that kept their order are *anchors*: they stand in the same order on both sides, so each of the others
lies between two of them, on the side that it is taken from. Between two anchors, what comes from the old
notebook stands before what comes from the new one, as in a diff. So of no change taken comes the old order,
of all of them the new one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

from nbhotel.diff.sequence import rising
from nbhotel.diff.values import CellEntry


def in_order(entries: Sequence[CellEntry], at_new: Collection[int]) -> list[int]:
    """Return the entries' indexes in order; those in `at_new` stand where they do in the new notebook."""
    anchors = _anchors(entries)
    olds = [entries[at].old[0] for at in anchors]
    news = [entries[at].new[0] for at in anchors]
    place = {at: (2 * k + 1, 0, 0) for k, at in enumerate(anchors)}
    for at, entry in enumerate(entries):
        if at in place:
            continue
        if at in at_new:
            place[at] = (2 * bisect_left(news, entry.new[0]), 1, entry.new[0])
        else:
            # What was added and is not wanted has no old place, and no cell either.
            index = entry.old[0] if entry.old else 0
            place[at] = (2 * bisect_left(olds, index), 0, index)
    return sorted(range(len(entries)), key=place.__getitem__)


def _anchors(entries: Sequence[CellEntry]) -> list[int]:
    """Cells that didn't move, and of split and joined ones those that stand in order with them."""
    kept = [at for at, entry in enumerate(entries) if entry.kind in {"same", "changed"} and not entry.moved]
    kept.sort(key=lambda at: entries[at].old[0])
    olds, news = [entries[at].old[0] for at in kept], [entries[at].new[0] for at in kept]
    others = {
        (entry.old[0], entry.new[0]): at
        for at, entry in enumerate(entries)
        if entry.kind in {"split", "joined"}
        and bisect_left(olds, entry.old[0]) == bisect_left(news, entry.new[0])
    }
    more = [others[pair] for pair in rising(sorted(others))]
    return sorted([*kept, *more], key=lambda at: entries[at].old[0])
