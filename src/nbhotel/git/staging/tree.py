"""How leaves hang together: the notebook and its cells, their parts, a source's hunks and runs of lines.

A front end asks about a node, and about its children where somebody wants it finer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from nbhotel.diff.values import NotebookDiff, TextDiff
from nbhotel.git.staging.leaves import Leaf, text_of
from nbhotel.records import NamedTuple

#: Unchanged lines around a hunk, as git has them: changes that are nearer to each other are one hunk.
CONTEXT = 3


class Node(NamedTuple):
    """Leaves of one entry that are shown together; without children it can't be split."""

    leaves: tuple[Leaf, ...]
    children: tuple[Node, ...] = ()

    @property
    def entry(self) -> int:
        """The entry that it is about, or NOTEBOOK."""
        return self.leaves[0].entry


def nodes_of(diff: NotebookDiff, leaves: Iterable[Leaf]) -> tuple[Node, ...]:
    """Return a node for the notebook and for each cell that has any of the leaves; these are in order."""
    return tuple(_node(diff, list(group)) for _, group in groupby(leaves, lambda leaf: leaf.entry))


def hunks(text: TextDiff, ops: Sequence[int], context: int = CONTEXT) -> Iterator[tuple[int, ...]]:
    """Yield the indexes of ops that are one hunk; between two hunks there are more lines than both show."""
    hunk: list[int] = []
    for at in ops:
        if hunk and text.ops[at].i1 - text.ops[hunk[-1]].i2 > 2 * context:
            yield tuple(hunk)
            hunk = []
        hunk.append(at)
    if hunk:
        yield tuple(hunk)


def _node(diff: NotebookDiff, leaves: list[Leaf]) -> Node:
    parts = list(_parts(diff, leaves))
    children = parts[0].children if len(parts) == 1 else tuple(parts)
    return Node(tuple(leaves), children)


def _parts(diff: NotebookDiff, leaves: list[Leaf]) -> Iterator[Node]:
    for part, group in groupby(leaves, lambda leaf: leaf.part):
        some = tuple(group)
        text = text_of(diff, some[0].entry) if part == "source" else None
        if text is None:  # of metadata there may be several keys
            yield Node(some, tuple(Node((leaf,)) for leaf in some) if len(some) > 1 else ())
        else:
            yield from _of_source(text, some)


def _of_source(text: TextDiff, leaves: Sequence[Leaf]) -> Iterator[Node]:
    by_op = {leaf.op: leaf for leaf in leaves}
    for hunk in hunks(text, list(by_op)):
        some = tuple(by_op[op] for op in hunk)
        yield Node(some, tuple(Node((leaf,)) for leaf in some) if len(some) > 1 else ())
