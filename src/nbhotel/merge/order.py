"""Which cell stands where in the merged notebook, before anybody looks into the cells.

Cells are numbers here. A cell of the base has *moved* on a side if it is not on the longest rising run of
that side's matches. A cell goes where the side put it that moved it (local, if both did). An inserted cell
stays behind the cell that it was inserted after; if the other side moved that one away on its own, it stays
where the others are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from operator import itemgetter

from nbhotel.diff.sequence import rising
from nbhotel.records import NamedTuple

#: What stands before the first cell.
START = -1


class Side(NamedTuple):
    """One side's cells: how many, and which cell of the base is which of them."""

    length: int
    pairs: dict[int, int]

    @property
    def in_order(self) -> list[int]:
        """The base's cells that are still here, in this side's order."""
        return sorted(self.pairs, key=self.pairs.__getitem__)


class Order(NamedTuple):
    """The base's cells (also those that are gone) in merged order.

    `strange_to_local` and `strange_to_remote`: cells that stand where the other side put them.
    `disputed`: cells that both sides moved, each somewhere else; they stand where local put them.
    """

    cells: tuple[int, ...]
    strange_to_local: frozenset[int]
    strange_to_remote: frozenset[int]
    disputed: frozenset[int]


def merged_order(length: int, local: Side, remote: Side) -> Order:
    """Order the `length` cells of the base."""
    shared = local.pairs.keys() & remote.pairs.keys()
    by_local, by_remote = _moved(local, shared), _moved(remote, shared)
    anchors = set(range(length)) - by_local - by_remote
    floats_of_local = _floats(local, by_local, anchors)
    floats_of_remote = _floats(remote, by_remote - by_local, anchors)
    cells: list[int] = []
    for anchor in (START, *sorted(anchors)):
        cells += [anchor, *floats_of_local.get(anchor, ()), *floats_of_remote.get(anchor, ())]
    disputed = frozenset(_disputed(local, remote, shared) & by_local & by_remote)
    agreed = (by_local & by_remote) - disputed
    return Order(tuple(cells[1:]), frozenset(by_remote - by_local), frozenset(by_local - agreed), disputed)


def _disputed(local: Side, remote: Side, shared: Collection[int]) -> set[int]:
    """Return the cells of which the sides don't agree what stands before them."""
    ours, theirs = ([cell for cell in side.in_order if cell in shared] for side in (local, remote))
    before = dict(zip(ours, [START, *ours], strict=False))
    return {
        cell for previous, cell in zip([START, *theirs], theirs, strict=False) if before[cell] != previous
    }


def insertions(side: Side, order: Sequence[int], strange: frozenset[int]) -> dict[int, list[int]]:
    """Return, for each rank in `order` (or START), the side's own cells that stand right after it.

    `strange` are the base's cells whose place in `order` is not this side's doing.
    """
    rank = {START: START} | {cell: place for place, cell in enumerate(order)}
    found: dict[int, list[int]] = {}
    before = settled = START
    place = 0
    for cell in (*side.in_order, None):
        end = side.length if cell is None else side.pairs[cell]
        if end > place:
            host = _host(before, cell, settled, rank, strange)
            found.setdefault(host, []).extend(range(place, end))
        if cell is not None:
            before, place = cell, end + 1
            settled = settled if cell in strange else cell
    return found


def _host(before: int, after: int | None, settled: int, rank: dict[int, int], strange: frozenset[int]) -> int:
    """Return the rank that insertions between two cells follow; `settled` is the last one not strange."""
    if after is None:
        return len(rank) - 2  # what was added at the end stays at the end (START is one of the ranks)
    if before not in strange or rank[after] == rank[before] + 1:
        return rank[before]
    return rank[settled] if after in strange else rank[after] - 1


def _moved(side: Side, shared: Collection[int]) -> set[int]:
    """Return the base's cells that stand in another order on this side.

    Cells that both sides have come first, and then what fits between them: if both sides made the same move,
    the same cells have moved on both, whatever else one of them deleted.
    """
    pairs = sorted(side.pairs.items())
    kept = rising([pair for pair in pairs if pair[0] in shared])
    ends = [(START, START), *kept, (pairs[-1][0] + 1 if pairs else 0, side.length)]
    between: dict[int, list[tuple[int, int]]] = {}
    for pair in pairs:
        gap = bisect_right(ends, pair[0], key=itemgetter(0))
        if pair[0] not in shared and ends[gap - 1][1] < pair[1] < ends[gap][1]:
            between.setdefault(gap, []).append(pair)
    return side.pairs.keys() - {i for run in (kept, *map(rising, between.values())) for i, _ in run}


def _floats(side: Side, moved: set[int], anchors: set[int]) -> dict[int, list[int]]:
    """Return, for each anchor, the moved cells that this side has after it and before the next one."""
    floats: dict[int, list[int]] = {}
    anchor = START
    for cell in side.in_order:
        if cell in anchors:
            anchor = cell
        elif cell in moved:
            floats.setdefault(anchor, []).append(cell)
    return floats
