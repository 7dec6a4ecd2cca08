"""`attachments`: images that people pasted into Markdown cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_cells

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json

_REFERENCE = re.compile(r"attachment:([^)\s\"'>]+)")


def strip_attachments(*, unused: bool = True) -> Filter:
    """Leave out attachments.

    unused: only those that the cell's text does not show any more; false takes all
    """

    def change(cell: Cell) -> dict[str, Json]:
        old = cell.attachments
        if not old:
            return cell.raw
        kept = {name: old[name] for name in old if name in _shown(cell.source)} if unused else {}
        if len(kept) == len(old):
            return cell.raw
        if kept:
            return {**cell.raw, "attachments": kept}
        return {key: value for key, value in cell.raw.items() if key != "attachments"}

    return lambda notebook: map_cells(notebook, change)


def _shown(source: str) -> set[str]:
    if "attachment:" not in source:
        return set()
    from urllib.parse import unquote

    names = _REFERENCE.findall(source)
    return {*names, *map(unquote, names)}
