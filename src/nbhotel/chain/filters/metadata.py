"""`cell-metadata` and `notebook-metadata`: keep or drop what dotted paths lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_cells, with_metadata
from nbhotel.chain.paths import only, tree_of, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook

#: What JupyterLab, the classic notebook and their extensions write into cells while people look at them.
VOLATILE_IN_CELLS = (
    "ExecuteTime",
    "collapsed",
    "execution",
    "heading_collapsed",
    "hidden",
    "jupyter.outputs_hidden",
    "scrolled",
    "trusted",
)
#: What differs from one person's environment to the next. The kernelspec stays: it says what to run it with.
VOLATILE_IN_NOTEBOOKS = (
    "language_info.version",
    "orig_nbformat",
    "orig_nbformat_minor",
    "signature",
    "widgets",
)


def filter_cell_metadata(
    *, drop: tuple[str, ...] = VOLATILE_IN_CELLS, keep: tuple[str, ...] = (), prune: bool = True
) -> Filter:
    """Change the metadata of all cells.

    drop: paths to leave out, such as "jupyter.outputs_hidden" or "*" for all
    keep: paths that alone stay; then `drop` takes its part of them
    prune: leave out an inner object that loses its last key
    """
    change = _changed(drop, keep, prune)

    def cell(each: Cell) -> dict[str, Json]:
        old = each.metadata
        new = change(old) if old else old
        return each.raw if new is old else {**each.raw, "metadata": new}

    return lambda notebook: map_cells(notebook, cell)


def filter_notebook_metadata(
    *, drop: tuple[str, ...] = VOLATILE_IN_NOTEBOOKS, keep: tuple[str, ...] = (), prune: bool = True
) -> Filter:
    """Change the notebook's own metadata.

    drop: paths to leave out, such as "widgets" or "language_info.version"
    keep: paths that alone stay; then `drop` takes its part of them
    prune: leave out an inner object that loses its last key
    """
    change = _changed(drop, keep, prune)

    def notebook_filter(notebook: Notebook) -> Notebook:
        metadata = notebook.metadata
        return with_metadata(notebook, change(metadata)) if metadata else notebook

    return notebook_filter


def _changed(
    drop: tuple[str, ...], keep: tuple[str, ...], prune: bool
) -> Callable[[dict[str, Json]], dict[str, Json]]:
    dropped, kept = tree_of(drop), tree_of(keep)

    def change(metadata: dict[str, Json]) -> dict[str, Json]:
        metadata = only(metadata, kept) if kept else metadata
        return without(metadata, dropped, prune=prune) if dropped else metadata

    return change
