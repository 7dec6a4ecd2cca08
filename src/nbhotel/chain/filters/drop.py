"""`drop-cells`: leave out cells that are empty, that have a tag, or whose source matches a pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbhotel.chain.edits import keep_cells

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell


def drop_cells(
    *, empty: bool = False, tags: tuple[str, ...] = (), pattern: str = "", kinds: tuple[str, ...] = ()
) -> Filter:
    """Leave out cells to which any of this applies.

    empty: the source is nothing but white space
    tags: the cell has one of these tags
    pattern: a regular expression that is found in the source; "^" and "$" match at each line
    kinds: the cell is of one of these types, such as "raw"
    """
    try:
        found = re.compile(pattern, re.MULTILINE).search if pattern else None
    except re.error as error:
        raise ValueError(f"pattern {pattern!r} is no regular expression: {error}") from None

    def keep(cell: Cell) -> bool:
        if (empty and not cell.source.strip()) or cell.kind in kinds:
            return False
        own = cell.metadata.get("tags") if tags else None
        if isinstance(own, list) and any(tag in own for tag in tags):
            return False
        return not (found and found(cell.source))

    return lambda notebook: keep_cells(notebook, keep)
