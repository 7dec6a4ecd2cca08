"""Parts that a merge leaves as they are in the base."""

from __future__ import annotations

from collections.abc import Collection

from nbhotel.diff.align import match_cells
from nbhotel.merge.values import Part
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of

_FIELDS: dict[Part, str] = {
    "sources": "source",
    "outputs": "outputs",
    "attachments": "attachments",
    "metadata": "metadata",
    "id": "id",
    "details": "execution_count",
}


def without(parts: Collection[Part], base: Notebook, side: Notebook) -> Notebook:
    """Return the side with the base's version of these parts; its own cells, which the base hasn't, stay."""
    names = [_FIELDS[part] for part in parts]
    cells = list(side.cells)
    for i, j in match_cells(base.cells, side.cells).items():
        cells[j] = _with_fields(names, base.cells[i], cells[j])
    raw = side.raw | {"cells": [cell.raw for cell in cells]}
    if "metadata" in parts and "metadata" in base.raw:
        raw["metadata"] = base.raw["metadata"]
    return side._replace(raw=raw, cells=tuple(cells))


def _with_fields(names: Collection[str], old: Cell, new: Cell) -> Cell:
    if old.kind != new.kind:  # a Markdown cell has no outputs to take over
        return new
    raw: dict[str, Json] = {
        key: value for key, value in new.raw.items() if key not in names or key in old.raw
    }
    return cell_of(raw | {name: old.raw[name] for name in names if name in old.raw})
