"""`html`, the exporter for chains that makes a page: what `nbshow --format html` makes of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbhotel.notebook.model import Notebook


def html(*, title: str = "") -> Callable[[Notebook], str]:
    """Take the page of one file that `nbshow` makes: everything is in it, and nothing in the notebook runs.

    title: the page's title; default: the notebook's metadata, else "notebook"
    """

    def export(notebook: Notebook) -> str:
        from nbhotel.render.html.pages import show_page
        from nbhotel.render.subjects import Exhibit

        named = notebook.metadata.get("title")
        return show_page([Exhibit(title or (named if isinstance(named, str) else "notebook"), notebook)])

    return export
