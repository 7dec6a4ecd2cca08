"""A changed clean version, brought back to the worktree: what cleaning took out of its cells stays there."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.align import match_cells
from nbhotel.git.filter.putback import merged
from nbhotel.git.staging.applying import Applied
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of

_OF_A_RUN = ("outputs", "execution_count")


def carried(result: Applied, original: Notebook, cleaned: Notebook, restored: Notebook) -> Notebook:
    """Return the notebook for the worktree.

    `original` is what lies there and `cleaned` its clean version, the new side that `result` was made of.
    A cell that is left alone stays what it is. What somebody goes back to has the outputs that it has in
    `restored`: the clean result with what the vault knows. Cells that cleaning drops stay as well.
    """
    origin = _origins(original, cleaned)
    cells: list[tuple[int | None, Cell]] = []
    for at, made in enumerate(result.made):
        place = origin.get(made.new) if made.new is not None else None
        back = restored.cells[at] if len(restored.cells) == len(result.made) else result.notebook.cells[at]
        if place is None or made.new is None:
            cells.append((place, back))
        else:
            now = result.notebook.cells[at]
            cells.append((place, _carried(now, original.cells[place], cleaned.cells[made.new], back)))
    ready = tuple(_with_dropped(cells, original, set(origin.values())))
    raw = merged(_top(result.notebook), _top(original), _top(cleaned))
    order = [*result.notebook.raw, *(key for key in raw if key not in result.notebook.raw)]
    filled = {key: [cell.raw for cell in ready] if key == "cells" else raw[key] for key in order}
    return original._replace(raw=filled, cells=ready)


def _carried(now: Cell, original: Cell, cleaned: Cell, back: Cell) -> Cell:
    if same(now.raw, cleaned.raw):
        return original
    raw = merged(now.raw, original.raw, cleaned.raw)
    if (now.kind, now.source) != (cleaned.kind, cleaned.source):  # its outputs are another source's
        raw = {key: back.raw.get(key, value) if key in _OF_A_RUN else value for key, value in raw.items()}
    return cell_of(raw)


def _with_dropped(
    cells: list[tuple[int | None, Cell]], original: Notebook, known: set[int]
) -> Iterator[Cell]:
    """Put the cells that cleaning drops behind the cell that they follow."""
    dropped: dict[int, list[Cell]] = {}
    stay = {place for place, _ in cells if place is not None}
    after = -1
    for at, cell in enumerate(original.cells):
        if at in stay:
            after = at
        elif at not in known:
            dropped.setdefault(after, []).append(cell)
    yield from dropped.get(-1, ())
    for place, cell in cells:
        yield cell
        yield from dropped.get(place, ()) if place is not None else ()


def _origins(original: Notebook, cleaned: Notebook) -> dict[int, int]:
    """Cleaned index -> original index."""
    if len(original.cells) == len(cleaned.cells):
        return {at: at for at in range(len(cleaned.cells))}
    return match_cells(cleaned.cells, original.cells)


def _top(notebook: Notebook) -> dict[str, Json]:
    return {key: value for key, value in notebook.raw.items() if key != "cells"}
