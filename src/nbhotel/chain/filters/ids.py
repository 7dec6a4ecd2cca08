"""`ids`: the cells' ids: keep them, drop them, make them unique, or take them from the content.

Ids that count up, as nbstripout makes them, are on offer for those who have them in their history: they
change for all cells below an insertion, and so conflict in merges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import with_cells
from nbhotel.notebook.ids import SINCE_MINOR, fresh_id, is_valid, with_id
from nbhotel.notebook.model import cell_of

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook

_MODES = ("keep", "drop", "unique", "stable", "sequential")


def filter_ids(*, mode: str = "unique") -> Filter:
    """Change ids.

    mode: "keep"; "drop" (the file then says nbformat 4.4, which has none); "unique" (new ids only for cells
        whose id is missing, invalid or there twice); "stable" (from each cell's source, so that they don't
        depend on who ran it); "sequential" (0, 1, 2 …)
    """
    if mode not in _MODES:
        raise ValueError(f"mode {mode!r} is none of {', '.join(_MODES)}")
    if mode == "keep":
        return lambda notebook: notebook
    if mode == "drop":
        return _drop
    return lambda notebook: _renamed(notebook, mode)


def _drop(notebook: Notebook) -> Notebook:
    cells = [_without_id(cell) for cell in notebook.cells]
    raw = notebook.raw
    if _has_ids(notebook):
        raw = {**raw, "nbformat_minor": SINCE_MINOR - 1}
    elif all(a is b for a, b in zip(cells, notebook.cells, strict=True)):
        return notebook
    return with_cells(notebook._replace(raw=raw), cells)


def _without_id(cell: Cell) -> Cell:
    if "id" not in cell.raw:
        return cell
    return cell_of({key: value for key, value in cell.raw.items() if key != "id"})


def _has_ids(notebook: Notebook) -> bool:
    """Whether the format that the file claims has ids."""
    minor = notebook.raw.get("nbformat_minor")
    return notebook.format[0] == 4 and isinstance(minor, int) and minor >= SINCE_MINOR


def _renamed(notebook: Notebook, mode: str) -> Notebook:
    taken: set[str] = set()
    cells = []
    with_ids = _has_ids(notebook)
    for index, cell in enumerate(notebook.cells):
        identity: Json = cell.raw.get("id")
        if identity is not None or (with_ids and mode != "sequential"):
            identity = _identity(cell, index, mode, taken)
            taken.add(identity)
            raw = with_id(cell.raw, identity)
            cell = cell if raw is cell.raw else cell_of(raw)  # noqa: PLW2901 - the same cell, renamed
        cells.append(cell)
    same = all(a is b for a, b in zip(cells, notebook.cells, strict=True))
    return notebook if same else with_cells(notebook, cells)


def _identity(cell: Cell, index: int, mode: str, taken: set[str]) -> str:
    if mode == "sequential":
        return str(index)
    if mode == "unique" and is_valid(cell.id) and cell.id not in taken:
        return str(cell.id)
    return fresh_id(f"{cell.kind}\n{cell.source}", taken)
