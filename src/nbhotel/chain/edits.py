"""How a filter changes a notebook without changing what others hold: new dicts around shared values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import is_

from nbhotel.notebook.model import Cell, Json, Notebook, cell_of


def map_cells(notebook: Notebook, change: Callable[[Cell], dict[str, Json]]) -> Notebook:
    """Put what `change` returns in the place of each cell's `raw`; it returns the same dict to leave it."""
    cells = [_cell(change(cell), cell) for cell in notebook.cells]
    return notebook if all(map(is_, cells, notebook.cells)) else with_cells(notebook, cells)


def map_outputs(
    notebook: Notebook, change: Callable[[Cell, list[dict[str, Json]]], list[dict[str, Json]]]
) -> Notebook:
    """Put what `change` returns in the place of each code cell's outputs; the same list leaves them."""

    def outputs(cell: Cell) -> dict[str, Json]:
        old = cell.outputs
        new = change(cell, old) if old else old
        return cell.raw if new is old else {**cell.raw, "outputs": new}

    return map_cells(notebook, outputs)


def mapped(
    items: Sequence[dict[str, Json]], change: Callable[[dict[str, Json]], dict[str, Json]]
) -> Sequence[dict[str, Json]]:
    """Return the changed items, or the very same sequence if `change` returned each as it was."""
    new = [change(item) for item in items]
    return items if all(a is b for a, b in zip(items, new, strict=True)) else new


def keep_cells(notebook: Notebook, keep: Callable[[Cell], bool]) -> Notebook:
    """Drop the cells that `keep` does not want."""
    cells = [cell for cell in notebook.cells if keep(cell)]
    return notebook if len(cells) == len(notebook.cells) else with_cells(notebook, cells)


def with_cells(notebook: Notebook, cells: Iterable[Cell]) -> Notebook:
    """Return the notebook with other cells."""
    cells = tuple(cells)
    return notebook._replace(raw={**notebook.raw, "cells": [cell.raw for cell in cells]}, cells=cells)


def with_metadata(notebook: Notebook, metadata: dict[str, Json]) -> Notebook:
    """Return the notebook with other metadata; the same object if they are the very same dict."""
    if metadata is notebook.raw.get("metadata"):
        return notebook
    return notebook._replace(raw={**notebook.raw, "metadata": metadata})


def _cell(raw: dict[str, Json], old: Cell) -> Cell:
    if raw is old.raw:
        return old
    new, before = raw.get, old.raw.get
    if (
        new("source") is before("source")
        and new("cell_type") is before("cell_type")
        and new("id") is before("id")
    ):
        return Cell(raw, old.kind, old.source, old.id)
    return cell_of(raw)
