"""The state of the full-screen choice: which rows there are, where the cursor is, what is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.cli.staging.choosing import completed, without
from nbhotel.cli.staging.titles import part_title, title
from nbhotel.git.staging.leaves import Leaf
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import Node
from nbhotel.records import NamedTuple

_OPEN, _CLOSED, _END = "▾", "▸", " "


class Row(NamedTuple):
    """A line of the tree; `path` says which child of which child it is."""

    node: Node
    path: tuple[int, ...]


class Outline:
    """A tree of nodes of which some are open, a cursor, and the leaves that were chosen."""

    def __init__(self, pair: Pair, nodes: Sequence[Node], *, takes_back: bool) -> None:
        self.pair, self.nodes, self.takes_back = pair, nodes, takes_back
        self.offered = frozenset(leaf for node in nodes for leaf in node.leaves)
        self.chosen: frozenset[Leaf] = frozenset()
        self.open: set[tuple[int, ...]] = set()
        self.cursor = 0

    def rows(self) -> list[Row]:
        """Return the rows that can be seen."""
        return list(self._rows(self.nodes, ()))

    def row(self) -> Row:
        """Return the row that the cursor is on."""
        return self.rows()[self.cursor]

    def line(self, row: Row) -> str:
        """Draw a row, its mark first: [x] chosen, [~] in part, [ ] not."""
        depth = len(row.path) - 1
        fold = (_OPEN if row.path in self.open else _CLOSED) if row.node.children else _END
        name = part_title(self.pair, row.node) if depth else title(self.pair, row.node)
        # Of two pairs of brackets nobody knows which one says what is chosen.
        return f"{'  ' * depth}{self.mark(row.node)} {fold} {name.replace(' [ ] · ', ' · ', 1)}"

    def mark(self, node: Node) -> str:
        """Return a node's mark."""
        some = self.chosen & set(node.leaves)
        if not some:
            return "[ ]"
        return "[x]" if len(some) == len(node.leaves) else "[~]"

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are rows."""
        self.cursor = max(0, min(self.cursor + by, len(self.rows()) - 1))

    def toggle(self) -> None:
        """Choose what the cursor is on, or if all of it was chosen, don't."""
        self._set(frozenset(self.row().node.leaves))

    def toggle_all(self) -> None:
        """Choose everything, or nothing if everything was chosen."""
        self._set(self.offered)

    def expand(self) -> None:
        """Open the row, or go to the first one below it if it is open."""
        row = self.row()
        if row.path in self.open:
            self.move(1)
        elif row.node.children:
            self.open.add(row.path)

    def collapse(self) -> None:
        """Close the row, or go to the one above it in the tree if there is nothing to close."""
        path = self.row().path
        if path in self.open:
            self.open.discard(path)
        elif len(path) > 1:
            self.cursor = [row.path for row in self.rows()].index(path[:-1])

    def _set(self, leaves: frozenset[Leaf]) -> None:
        if leaves <= self.chosen:
            self.chosen = without(self.chosen, leaves, takes_back=self.takes_back)
        else:
            more = completed(self.chosen | leaves, self.pair, takes_back=self.takes_back)
            self.chosen = more & self.offered

    def _rows(self, nodes: Sequence[Node], above: tuple[int, ...]) -> Iterator[Row]:
        for at, node in enumerate(nodes):
            path = (*above, at)
            yield Row(node, path)
            if path in self.open:
                yield from self._rows(node.children, path)
