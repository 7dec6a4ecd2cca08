"""The cell in which a file ends too early: as much of it as is of use."""

from __future__ import annotations

from nbhotel.notebook.model import Json
from nbhotel.repair.lenient import Path
from nbhotel.repair.notes import Notes
from nbhotel.repair.outputs import is_binary

_TELLING = ("source", "input", "outputs", "attachments")


def cut_cell(cells: list[Json], path: Path, notes: Notes) -> list[Json]:
    """Return the cells, the last of them as far as it goes; `path` leads from the list to its end."""
    if len(path) < 2 or not cells or not isinstance(cells[-1], dict):
        return cells
    cell, number = cells[-1], len(cells)
    if not any(cell.get(key) for key in _TELLING):
        notes.cell = None
        notes.lost.append(f"cell {number}: it was cut off before its source")
        return cells[:-1]
    if path[1] in ("source", "input"):
        notes.tell("truncated", "was cut off in its source")
        return cells
    inner = cell.get("source", cell.get("input"))
    notes.tell("truncated", "was cut off" if inner else "was cut off before its source")
    if not inner:
        notes.lost.append(f"cell {number}: its source")
    return [*cells[:-1], _without_half_a_picture(cell, path[1:], notes, number)]


def _without_half_a_picture(value: Json, path: Path, notes: Notes, number: int) -> Json:
    """Leave out a binary value that the cut goes through: half of it is of no use."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and step in value:
        if is_binary(str(step)):
            notes.lost.append(f"cell {number}: {step}, of which a part was there")
            return {key: each for key, each in value.items() if key != step}
        return value | {step: _without_half_a_picture(value[step], rest, notes, number)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _without_half_a_picture(value[step], rest, notes, number), *value[step + 1 :]]
    return value
