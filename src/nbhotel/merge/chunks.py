"""The cells that both sides keep hold the merge together; what lies between two of them is a chunk.

In a chunk, cells that both sides inserted and that are alike become one; cells that only one side inserted
stand where it put them. If each side inserted cells that the other has nothing like, at the same place,
nobody but a person knows the order, or whether both are wanted: they become a `Block`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from nbhotel.diff.sequence import rising
from nbhotel.merge.order import START, Order, Side, insertions
from nbhotel.records import NamedTuple


class Triple(NamedTuple):
    """One cell of the merged notebook: its index on each side, None where it isn't."""

    base: int | None
    local: int | None
    remote: int | None


class Block(NamedTuple):
    """Cells that each side has at the same place and the other one hasn't."""

    local: tuple[Triple, ...]
    remote: tuple[Triple, ...]


Item: TypeAlias = Triple | Block


class Questions(NamedTuple):
    """What has to be known of the cells themselves.

    `survives`: whether a cell stays that one side deleted. `alike`: which of local's insertions (by their
    indexes) is which of remote's. `matters`: whether an insertion would be missed.
    """

    survives: Callable[[Triple], bool]
    alike: Callable[[Sequence[int], Sequence[int]], dict[int, int]]
    matters: Callable[[Triple], bool]


class _Placed(NamedTuple):
    rank: int
    inserted: bool
    triple: Triple


def plan(order: Order, local: Side, remote: Side, questions: Questions) -> Iterator[Item]:
    """Yield the merged notebook's cells in order."""
    inserted = (
        insertions(local, order.cells, order.strange_to_local),
        insertions(remote, order.cells, order.strange_to_remote),
    )
    chunk: tuple[list[_Placed], list[_Placed]] = ([], [])
    for rank, cell in enumerate((START, *order.cells), START):
        triple = Triple(cell, local.pairs.get(cell), remote.pairs.get(cell))
        if triple.local is not None and triple.remote is not None:
            yield from _merged(chunk, questions)
            yield triple
            chunk = ([], [])
        else:
            _add_survivor(chunk, rank, triple, questions)
        chunk[0].extend(_Placed(rank, True, Triple(None, j, None)) for j in inserted[0].get(rank, ()))
        chunk[1].extend(_Placed(rank, True, Triple(None, None, j)) for j in inserted[1].get(rank, ()))
    yield from _merged(chunk, questions)


def _add_survivor(
    chunk: tuple[list[_Placed], list[_Placed]], rank: int, triple: Triple, questions: Questions
) -> None:
    if triple.local is not None and questions.survives(triple):
        chunk[0].append(_Placed(rank, False, triple))
    if triple.remote is not None and questions.survives(triple):
        chunk[1].append(_Placed(rank, False, triple))


def _merged(chunk: tuple[list[_Placed], list[_Placed]], questions: Questions) -> Iterator[Item]:
    local, remote = chunk
    pairs = _pairs(local, remote, questions)
    kept = rising(sorted(pairs.items()))
    crossing = dict(pairs.items() - kept)
    dropped = set(crossing.values())
    local = [_joined(each, crossing) for each in local]
    remote = [each for each in remote if not (each.inserted and each.triple.remote in dropped)]
    here = there = 0
    for i, j in kept:
        x = next(k for k in range(here, len(local)) if local[k].inserted and local[k].triple.local == i)
        y = next(k for k in range(there, len(remote)) if remote[k].inserted and remote[k].triple.remote == j)
        yield from _segment(local[here:x], remote[there:y], questions)
        yield Triple(None, i, j)
        here, there = x + 1, y + 1
    yield from _segment(local[here:], remote[there:], questions)


def _pairs(local: list[_Placed], remote: list[_Placed], questions: Questions) -> dict[int, int]:
    ours = [each.triple.local for each in local if each.inserted and each.triple.local is not None]
    theirs = [each.triple.remote for each in remote if each.inserted and each.triple.remote is not None]
    return questions.alike(ours, theirs) if ours and theirs else {}


def _joined(placed: _Placed, pairs: dict[int, int]) -> _Placed:
    """Return the insertion of local with its partner, if it is one of these pairs."""
    index = placed.triple.local
    if not placed.inserted or index is None or index not in pairs:
        return placed
    return placed._replace(triple=Triple(None, index, pairs[index]))


def _segment(local: list[_Placed], remote: list[_Placed], questions: Questions) -> Iterator[Item]:
    if _has_own(local, questions) and _has_own(remote, questions):
        yield Block(tuple(each.triple for each in local), tuple(each.triple for each in remote))
        return
    # Sorting is stable: at the same place local comes first, and each side keeps its own order.
    for each in sorted(local + remote, key=lambda placed: placed[:2]):
        yield each.triple


def _has_own(side: list[_Placed], questions: Questions) -> bool:
    """Whether the side inserted something that the other one has not."""
    return any(
        each.inserted and None in {each.triple.local, each.triple.remote} and questions.matters(each.triple)
        for each in side
    )
