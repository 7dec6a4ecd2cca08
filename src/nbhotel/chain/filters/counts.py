"""`execution-counts`: strip the prompt numbers of cells and of their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_cells, mapped

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook


def strip_counts() -> Filter:
    """Set execution counts to null, as a notebook has it that never ran."""
    return _strip


def _strip(notebook: Notebook) -> Notebook:
    return map_cells(notebook, _cell)


def _cell(cell: Cell) -> dict[str, Json]:
    raw = _uncounted(cell.raw)
    outputs = cell.outputs
    new = mapped(outputs, _uncounted) if outputs else outputs
    return raw if new is outputs else {**raw, "outputs": new}


def _uncounted(raw: dict[str, Json]) -> dict[str, Json]:
    # v3's name stays in cells that are newer only by what the file says
    counted = [key for key in ("execution_count", "prompt_number") if raw.get(key) is not None]
    return {**raw, **dict.fromkeys(counted)} if counted else raw
