"""Where the conflicts of a notebook come from: the cells of the three sides, as the merge has paired them."""

from __future__ import annotations

from nbhotel.diff.align import match_cells
from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Conflict
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell, Json, Notebook
from nbhotel.records import NamedTuple
from nbhotel.repair.settling import replaced
from nbhotel.repair.unresolved import Open


class Sides(NamedTuple):
    """The three notebooks that were merged."""

    base: Notebook
    local: Notebook
    remote: Notebook


class Origin(NamedTuple):
    """The cells that one cell was merged from; None where a side has none."""

    base: Cell | None = None
    local: Cell | None = None
    remote: Cell | None = None


class Origins:
    """Finds them for a notebook that was merged from three sides, whatever was decided in it since."""

    def __init__(self, sides: Sides) -> None:
        """Merge the sides again: the outcome says what was merged from what."""
        self._sides = sides
        self._merge = merge_notebooks(*sides)

    def of(self, notebook: Notebook, index: int) -> Origin:
        """Return where a cell with a conflict comes from."""
        conflict = self._conflict(notebook, index)
        if conflict is None:
            return Origin()
        places = (conflict.where.base, conflict.where.local, conflict.where.remote)
        cells = (
            None if place is None else side.cells[place]
            for side, place in zip(self._sides, places, strict=True)
        )
        return Origin(*cells)

    def base_of(self, notebook: Notebook, found: Open) -> list[str] | None:
        """Return the base's lines of a conflict in a source; None if nobody knows which they are."""
        given: list[str] | None = found.conflict.base
        if given is not None or found.cell is None:
            return given
        merged = self._merged_index(notebook, found.cell)
        for each in self._merge.conflicts:
            if each.where.merged == merged and _are_alike(each, found.conflict):
                return None if each.base is None else list(each.base)
        return None

    def with_run(self, notebook: Notebook, index: int, origin: Origin) -> Notebook:
        """Return the notebook with the outputs that belong to a cell's source, if it is one side's as it was.

        Outputs that are no side's stay: somebody has run the cell since.
        """
        cell = notebook.cells[index]
        sides = [side for side in (origin.local, origin.remote) if side is not None and side.kind == "code"]
        known = [side.raw.get("outputs") for side in sides]
        chosen = next((side for side in sides if side.source == cell.source), None)
        if chosen is None or cell.kind != "code":
            return notebook
        if cell.outputs and not any(same(cell.outputs, outputs) for outputs in known):
            return notebook
        run = {key: chosen.raw[key] for key in ("execution_count", "outputs") if key in chosen.raw}
        return replaced(notebook, index, [cell.raw | run])

    def _conflict(self, notebook: Notebook, index: int) -> Conflict | None:
        merged = self._merged_index(notebook, index)
        return next((each for each in self._merge.conflicts if each.where.merged == merged), None)

    def _merged_index(self, notebook: Notebook, index: int) -> int | None:
        """Which cell of the fresh merge a cell is."""
        pairs = match_cells(self._merge.notebook.cells, notebook.cells)
        return next((i for i, j in pairs.items() if j == index), None)


def _are_alike(a: Conflict, b: Conflict) -> bool:
    sides = ((a.local, b.local), (a.remote, b.remote))
    return a.kind == b.kind and all(same(_listed(one), _listed(other)) for one, other in sides)


def _listed(lines: Json) -> Json:
    return lines if lines is None else list(lines)
