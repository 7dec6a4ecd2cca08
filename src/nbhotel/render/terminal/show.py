"""Whole notebooks: the lines of `nbshow`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbhotel.notebook.model import Broken, Cell, Json, Notebook
from nbhotel.render.subjects import Exhibit
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import attachment_lines, cell_name, source_lines
from nbhotel.render.terminal.fields import compact, pathname
from nbhotel.render.terminal.outputs import all_outputs
from nbhotel.render.terminal.spans import Look, Span
from nbhotel.render.terminal.texts import plain, whole

_LONGEST = 300


def show_lines(
    exhibits: Iterable[Exhibit], look: Look, *, ids: bool = False, metadata: bool = True
) -> Iterator[str]:
    """Draw notebooks, one after the other; with `ids`, cells' ids stand in their headings.

    Without `metadata` the notebooks' own is left out, which says what language they are in.
    """
    brush = Brush(look)
    for exhibit in exhibits:
        yield brush.title(exhibit.name, "file", "══")
        if isinstance(exhibit.notebook, Broken):
            yield from _broken(exhibit.notebook, brush)
        else:
            yield from _metadata(exhibit.notebook.metadata if metadata else {}, brush)
            yield from _notebook(exhibit.notebook, ids, brush)


def _broken(file: Broken, brush: Brush) -> Iterator[str]:
    yield brush.line([Span(f"note: {file.message}; shown as text", "note")])
    lines = file.text.removesuffix("\n").split("\n")
    yield from whole(lines, "", plain(lines), brush, brush.look.limit)


def _notebook(notebook: Notebook, ids: bool, brush: Brush) -> Iterator[str]:
    for position, cell in enumerate(notebook.cells):
        name = cell_name(cell, position)
        yield ""
        yield brush.title(f"{name} · id {cell.id}" if ids and cell.id else name, "cell")
        yield from _cell(cell, notebook.language, brush)


def _cell(cell: Cell, language: str, brush: Brush) -> Iterator[str]:
    yield from source_lines(cell, "", language, brush)
    yield from _metadata(cell.metadata, brush)
    yield from attachment_lines(cell.attachments, "", brush)
    yield from all_outputs(cell.outputs, "", brush)


def _metadata(metadata: dict[str, Json], brush: Brush) -> Iterator[str]:
    for key, value in metadata.items():
        text = f"metadata.{pathname((key,))}: {compact(value)}"
        more = len(text) - _LONGEST
        if brush.look.limit is not None and more > 0:
            text = f"{text[:_LONGEST]} … {more:,} more characters"
        yield brush.line([Span(text, "faint")])
