"""`widgets-state`: the state of ipywidgets, which may be megabytes and changes with each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import with_metadata
from nbhotel.chain.paths import without

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Notebook


def strip_widgets() -> Filter:
    """Leave the widgets' state out of the notebook's metadata; widgets then show their text."""
    return _strip


def _strip(notebook: Notebook) -> Notebook:
    metadata = notebook.metadata
    return with_metadata(notebook, without(metadata, {"widgets": {}})) if metadata else notebook
