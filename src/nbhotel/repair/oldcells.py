"""Cells of nbformat 2 and 3 in the form of nbformat 4, with what that form has no place for."""

from __future__ import annotations

from nbhotel.notebook.model import Json, is_list_of_objects
from nbhotel.notebook.old import upgraded
from nbhotel.repair.notes import Leftovers

#: A list: what stands there need not be hashable.
_KINDS = ["heading", "html", "text"]


def is_old(cell: dict[str, Json]) -> bool:
    """Whether a cell has the form of nbformat 2 or 3."""
    if cell.get("cell_type") in _KINDS or ("input" in cell and "source" not in cell):
        return True
    if cell.get("cell_type") != "code" or "execution_count" in cell:
        return False
    outputs = cell.get("outputs")
    kinds = [each.get("output_type") for each in outputs] if is_list_of_objects(outputs) else []
    return "prompt_number" in cell or "pyout" in kinds or "pyerr" in kinds


def modern(cell: dict[str, Json], leftovers: Leftovers) -> dict[str, Json]:
    """Convert a cell; of what is there in both forms, the other one is left over."""
    if "input" in cell and cell.get("source"):
        which = "source" if cell["input"] else "input"
        leftovers.keep(which, cell[which], "a cell of nbformat 3 has an input")
        cell = {("input" if key == "source" else key): each for key, each in cell.items() if key != which}
    for key, kind in (("level", int), ("language", str)):
        if not isinstance(cell.get(key, kind()), kind):
            leftovers.keep(key, cell[key], f"its {key} was none")
    known = cell.get("metadata")
    if "collapsed" in cell and isinstance(known, dict) and "collapsed" in known:
        leftovers.keep("metadata.collapsed", known["collapsed"], "the cell says otherwise")
    if "execution_count" in cell:
        cell = {"prompt_number": cell["execution_count"], **cell}
    converted = upgraded({"worksheets": [{"cells": [cell]}]})
    result: dict[str, Json] = converted["cells"][0] if converted else cell
    return result
