"""Cells as they are: in a notebook that is shown, and where a cell was added, removed or stays."""

from __future__ import annotations

from nbhotel.notebook.model import Cell
from nbhotel.render.html.bundles import attachment_uris
from nbhotel.render.html.lines import listing
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.outputs import outputs
from nbhotel.render.html.room import Room
from nbhotel.render.html.tags import esc, fold

_KINDS = {"code": "Code", "markdown": "Markdown", "raw": "Raw"}


def kind_name(cell: Cell) -> str:
    """What people call the cell's type; escaped."""
    return _KINDS.get(cell.kind) or esc(cell.kind[:40] or "Unknown")


def prompt(cell: Cell) -> str:
    """Return "In [3]" of a code cell, else ""."""
    if cell.kind != "code":
        return ""
    return f"In [{' ' if cell.execution_count is None else cell.execution_count}]"


def source(cell: Cell, language: str, room: Room, sign: str = "") -> str:
    """A cell's source, coloured, all of it added ("+") or removed ("-") if so."""
    name = {"code": language, "markdown": "markdown"}.get(cell.kind, "")
    kind = "prose" if cell.kind == "markdown" else "code"
    tokenise = room.tokeniser(name, cell.source)
    return listing(cell.source, tokenise, sign=sign, label="Source", kind=kind)


def body(cell: Cell, language: str, room: Room) -> str:
    """A cell as a reader of the notebook sees it: Markdown rendered, code with its outputs."""
    if cell.kind == "markdown":
        return room.take(rendered(cell.source, attachment_uris(cell.attachments)))
    shown = source(cell, language, room) if cell.source else ""
    return shown + outputs(cell.outputs, room)


def one_sided(cell: Cell, language: str, room: Room, sign: str) -> str:
    """An added or a removed cell: its source with signs, and what it looks like."""
    parts = source(cell, language, room, sign)
    if cell.kind == "markdown" and cell.source.strip():
        looks = rendered(cell.source, attachment_uris(cell.attachments))
        parts += room.take(fold("Rendered", looks, opened=True))
    return parts + outputs(cell.outputs, room)
