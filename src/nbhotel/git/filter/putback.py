"""What a chain took out of a notebook goes back into a clean version of it, cell by cell.

A cell gets back what its original had if its source is the same, wherever it stands now and whatever its id
is (cells are matched as for a diff). What the clean version says itself is never overwritten: a tag that
another branch added stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nbhotel.diff.align import match_cells
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of

Clean = Callable[[Notebook], Notebook]


def put_back(
    clean: Notebook, original: Notebook, cleaned: Notebook, waiting: set[int]
) -> tuple[Notebook, set[int]]:
    """Return `clean` with what `original` had, and which of the cells in `waiting` still wait for theirs.

    `cleaned` is `original` after the chain; `waiting` are indexes of cells that have not got theirs yet.
    """
    origin = _origins(original.cells, cleaned.cells)
    cells = list(clean.cells)
    for index, place in match_cells(clean.cells, cleaned.cells).items():
        cell, its_clean = clean.cells[index], cleaned.cells[place]
        alike = (cell.kind, cell.source) == (its_clean.kind, its_clean.source)
        if index in waiting and alike and place in origin:
            cells[index] = _restored(cell, original.cells[origin[place]], its_clean)
            waiting = waiting - {index}
    top = merged(_top(clean), _top(original), _top(cleaned))
    raw = {key: top.get(key) if key != "cells" else [cell.raw for cell in cells] for key in _keys(clean, top)}
    return clean._replace(raw=raw, cells=tuple(cells)), waiting


def merged(now: dict[str, Json], original: dict[str, Json], cleaned: dict[str, Json]) -> dict[str, Json]:
    """Take back what cleaning changed, where `now` is as cleaning left it."""
    result = dict(now)
    for key, value in original.items():
        if same(value, cleaned.get(key)) and key in cleaned:
            continue
        if _is_as_cleaned(key, now, cleaned):
            result[key] = value
        elif all(isinstance(each, dict) for each in (now.get(key), value, cleaned.get(key))):
            result[key] = merged(now[key], value, cleaned[key])
    return result


def _keys(clean: Notebook, top: dict[str, Json]) -> list[str]:
    return [*clean.raw, *(key for key in top if key not in clean.raw)]


def _top(notebook: Notebook) -> dict[str, Json]:
    return {key: value for key, value in notebook.raw.items() if key != "cells"}


def _origins(original: Sequence[Cell], cleaned: Sequence[Cell]) -> dict[int, int]:
    """Cleaned index -> original index. A chain keeps the order, and mostly the number, of the cells."""
    if len(original) == len(cleaned):
        return {index: index for index in range(len(cleaned))}
    return match_cells(cleaned, original)


def _restored(cell: Cell, original: Cell, cleaned: Cell) -> Cell:
    if same(cell.raw, cleaned.raw):
        return original
    return cell_of(merged(cell.raw, original.raw, cleaned.raw))


def _is_as_cleaned(key: str, now: dict[str, Json], cleaned: dict[str, Json]) -> bool:
    if key not in now or key not in cleaned:
        return key not in now and key not in cleaned
    return same(now[key], cleaned[key])
