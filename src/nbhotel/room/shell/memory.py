"""The terminal cells of a notebook, kept while its kernel lives: a page that is loaded again finds them."""

from __future__ import annotations

from typing import Any

from nbhotel.records import NamedTuple

#: Nobody writes so many by hand; a client that never stops shall not fill the memory.
MOST_CELLS = 1000
MOST_LETTERS = 1_000_000


class Cell(NamedTuple):
    """A terminal cell."""

    id: str
    source: str
    #: The id of the cell before it; empty for the first of a notebook.
    after: str = ""


class Cells:
    """Those of one kernel, in the order in which they stand."""

    def __init__(self) -> None:
        self._cells: dict[str, Cell] = {}

    def __iter__(self) -> Any:
        return iter(self._cells.values())

    def change(self, cells: list[Cell], gone: list[str]) -> None:
        """Keep these as they are now, and forget those that were deleted; others stay as they are.

        Several pages may show a notebook: none of them knows all cells.
        Raises ValueError if they are too many.
        """
        left = {
            name: cell for name, cell in self._cells.items() if name not in {*gone, *(c.id for c in cells)}
        }
        left.update((cell.id, cell) for cell in cells)
        if len(left) > MOST_CELLS or sum(len(cell.source) for cell in left.values()) > MOST_LETTERS:
            raise ValueError(f"more than {MOST_CELLS} terminal cells, or {MOST_LETTERS:,} letters in them")
        self._cells = left
