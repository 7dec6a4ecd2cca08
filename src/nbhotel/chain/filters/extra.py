"""`extra-keys`: leave out any key, spelled as nbstripout's users do: `metadata.x`, `cell.metadata.x`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_cells, with_metadata
from nbhotel.chain.paths import tree_of, without

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Notebook


def drop_keys(*, keys: tuple[str, ...] = ()) -> Filter:
    """Leave out what the keys name. An object that loses its last key stays, empty, as nbstripout has it.

    keys: such as "metadata.celltoolbar" in the notebook, "cell.metadata.vscode" in each cell
    """
    for key in keys:
        if key.partition(".")[0] not in ("cell", "metadata") or "." not in key:
            raise ValueError(f"{key!r} is no key: write metadata.NAME or cell.metadata.NAME")
    in_cells = tree_of(key.removeprefix("cell.") for key in keys if key.startswith("cell."))
    in_notebook = tree_of(key.removeprefix("metadata.") for key in keys if key.startswith("metadata."))

    def drop(notebook: Notebook) -> Notebook:
        metadata = notebook.metadata
        if in_notebook and metadata:
            notebook = with_metadata(notebook, without(metadata, in_notebook, prune=False))
        if not in_cells:
            return notebook
        return map_cells(notebook, lambda cell: without(cell.raw, in_cells, prune=False))

    return drop
