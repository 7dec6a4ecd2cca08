"""The fate of each cell as markup: heads, changes, what moved, runs of unchanged cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nbhotel.diff.values import AttachmentChange, CellChange, CellEntry, JsonChange, NotebookDiff
from nbhotel.notebook.model import Cell
from nbhotel.records import NamedTuple
from nbhotel.render.html import shown
from nbhotel.render.html.bundles import attachment_uris, changed_data
from nbhotel.render.html.fields import fields_fold
from nbhotel.render.html.lines import listing, text_diff
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.outputs import output_changes, outputs
from nbhotel.render.html.room import Room
from nbhotel.render.html.tags import MINUS, count, esc, fold, two_sides
from nbhotel.render.html.tokens import Tokenise

#: What the head of a cell says instead of the table of fields.
_IN_HEAD = {("execution_count",), ("cell_type",)}
_SOURCE_OPEN_UP_TO = 12


class _Page(NamedTuple):
    """What the parts of one notebook's comparison share; `name` begins all its ids."""

    diff: NotebookDiff
    name: str
    room: Room
    context: Room

    @property
    def language(self) -> str:
        return self.diff.new.language or self.diff.old.language or "python"


def cell_entries(diff: NotebookDiff, name: str, room: Room, context: Room) -> str:
    """All cells of a comparison; `name` begins their ids, `context` is the room for what did not change."""
    page = _Page(diff, name, room, context)
    parts = []
    for quiet, run in groupby(
        _with_marks(diff.cells), key=lambda item: item[1] is None and not item[0].differs
    ):
        if quiet:
            parts.append(_unchanged([entry for entry, _ in run], page))
        else:
            parts += [_moved_away(entry, page) if mark else _entry(entry, page) for entry, mark in run]
    return "".join(parts)


def _with_marks(entries: Sequence[CellEntry]) -> Iterator[tuple[CellEntry, str | None]]:
    """The entries, and where a moved cell stood before, the entry again with the mark "away"."""
    gone = sorted((entry for entry in entries if entry.moved), key=lambda entry: entry.old)
    for entry in entries:
        while gone and entry.old and not entry.moved and gone[0].old < entry.old:
            yield gone.pop(0), "away"
        yield entry, None
    yield from ((entry, "away") for entry in gone)


def _identity(entry: CellEntry, page: _Page) -> str:
    """An id made of the cell's places in the notebooks: nothing that a notebook chose."""
    old, new = (
        "".join(f"{prefix}{place + 1}" for place in side[:1])
        for prefix, side in (("o", entry.old), ("c", entry.new))
    )
    return f"{page.name}-{new or old}"


def _entry(entry: CellEntry, page: _Page) -> str:
    identity = _identity(entry, page)
    kinds = f"{entry.kind} moved" if entry.moved else entry.kind
    return (
        f'<section class="cell change {kinds}" id="{identity}" aria-labelledby="{identity}-h">\n'
        f'{_head(entry, page, identity)}<div class="body">{_body(entry, page)}</div></section>\n'
    )


def _head(entry: CellEntry, page: _Page, identity: str) -> str:
    old, new = [page.diff.old.cells[i] for i in entry.old], [page.diff.new.cells[j] for j in entry.new]
    kind = _pair(*(shown.kind_name(cells[0]) if cells else "" for cells in (old, new)))
    prompts = _pair(*(shown.prompt(cells[0]) if cells else "" for cells in (old, new))).replace("→ In ", "→ ")
    came_from = (
        f' <a class="jump" href="#{identity}-was">from place {entry.old[0] + 1}</a>' if entry.moved else ""
    )
    return (
        f'<div class="head"><h3 id="{identity}-h" tabindex="-1"><span class="badge">{_verdict(entry)}</span> '
        f'<span>{kind} {_places(entry)}</span> <span class="prompt">{prompts}</span></h3>{came_from}'
        f'{_tally(entry.change)}<a class="anchor" href="#{identity}" aria-label="Link to this cell">#</a>'
        "</div>\n"
    )


def _pair(old: str, new: str) -> str:
    return new or old if old == new or not (old and new) else f"{old} → {new}"


def _places(entry: CellEntry) -> str:
    """Return "cell 3", "cells 3 to 5": places in the new notebook, of a removed cell in the old one."""
    places = entry.new or entry.old
    if len(places) == 1:
        return f"cell {places[0] + 1}"
    return f"cells {places[0] + 1} to {places[-1] + 1}"


def _verdict(entry: CellEntry) -> str:
    words = {
        "same": "Moved",
        "added": "Added",
        "removed": "Removed",
        "changed": "Moved, changed" if entry.moved else "Changed",
        "split": f"Split into {len(entry.new)}",
        "joined": f"Joined from {len(entry.old)}",
    }
    return words[entry.kind]


def _tally(change: CellChange | None) -> str:
    if change is None or change.source is None:
        return ""
    added, removed = change.source.added, change.source.removed
    return (
        f'<span class="tally"><ins aria-label="{count(added, "line")} added">+{added}</ins> '
        f'<del aria-label="{count(removed, "line")} removed">{MINUS}{removed}</del></span>'
    )


def _body(entry: CellEntry, page: _Page) -> str:
    old, new = page.diff.old.cells, page.diff.new.cells
    if entry.kind == "added":
        return shown.one_sided(new[entry.new[0]], page.language, page.room, "+")
    if entry.kind == "removed":
        return shown.one_sided(old[entry.old[0]], page.language, page.room, "-")
    if entry.kind == "same" or entry.change is None:
        return fold("The cell as it is", shown.body(new[entry.new[0]], page.language, page.context))
    if entry.kind == "changed":
        return "".join(_changed(entry.change, old[entry.old[0]], new[entry.new[0]], page))
    return _regrouped(entry, entry.change, page)


def _changed(change: CellChange, old: Cell, new: Cell, page: _Page) -> Iterator[str]:
    if change.source:
        prose = "prose" if new.kind == "markdown" else "code"
        yield text_diff(change.source, _tokeniser(new, page), kind=prose)
    elif new.source:
        yield _source_as_context(new, page)
    if new.kind == old.kind == "markdown" and (change.source or change.attachments):
        looks = [rendered(cell.source, attachment_uris(cell.attachments)) for cell in (old, new)]
        yield page.room.take(fold("Rendered", two_sides(*looks), opened=True))
    yield fields_fold(_own_fields(change), "Metadata of this cell")
    yield from (_attachment(attachment, page) for attachment in change.attachments)
    if change.outputs:
        yield output_changes(change.outputs, old.outputs, new.outputs, page.room)
    else:
        yield _quiet_outputs(new, page)


def _own_fields(change: CellChange) -> list[JsonChange]:
    return [each for each in change.fields if each.path not in _IN_HEAD]


def _tokeniser(cell: Cell, page: _Page) -> Tokenise:
    language = {"code": page.language, "markdown": "markdown"}.get(cell.kind, "")
    return page.room.tokeniser(language, cell.source)


def _source_as_context(cell: Cell, page: _Page) -> str:
    lines = cell.source.count("\n") + 1
    if lines <= _SOURCE_OPEN_UP_TO:
        return shown.source(cell, page.language, page.room)
    source = shown.source(cell, page.language, page.room)
    return fold(f"Source, {count(lines, 'unchanged line')}", source)


def _quiet_outputs(cell: Cell, page: _Page) -> str:
    if not cell.outputs:
        return ""
    return fold(count(len(cell.outputs), "unchanged output"), outputs(cell.outputs, page.context))


def _attachment(change: AttachmentChange, page: _Page) -> str:
    if page.room.is_full:
        return page.room.note("An attachment is")
    head = f'<p class="tag">Attachment {esc(change.name[:200])} <b>{change.kind}</b></p>\n'
    return page.room.take(
        f'<div class="outcome">{head}{"".join(changed_data(m, page.room) for m in change.mimes)}</div>\n'
    )


def _regrouped(entry: CellEntry, change: CellChange, page: _Page) -> str:
    """A split or joined cell: its text, which may have changed, then the outputs of the parts."""
    new = [page.diff.new.cells[j] for j in entry.new]
    tokenise = _tokeniser(new[0], page)
    if change.source:
        body = text_diff(change.source, tokenise)
    else:
        body = listing("\n".join(cell.source.strip("\n") for cell in new), tokenise, label="Source")
    for cell, place in zip(new, entry.new, strict=True):
        if cell.outputs:
            body += fold(f"Outputs of cell {place + 1}", outputs(cell.outputs, page.room), opened=True)
    return body


def _moved_away(entry: CellEntry, page: _Page) -> str:
    identity = _identity(entry, page)
    cell = page.diff.old.cells[entry.old[0]]
    first = next((line for line in cell.source.split("\n") if line.strip()), "")[:80]
    return (
        f'<p class="away" id="{identity}-was"><span aria-hidden="true">↪</span> '
        f'<a href="#{identity}">{shown.kind_name(cell)} cell moved to place {entry.new[0] + 1}</a> '
        f"<code>{esc(first)}</code></p>\n"
    )


def _unchanged(run: Sequence[CellEntry], page: _Page) -> str:
    cells = [page.diff.new.cells[entry.new[0]] for entry in run]
    bodies = (shown.body(cell, page.language, page.context) for cell in cells)
    sections = "".join(
        f'<section class="cell same" aria-label="{shown.kind_name(cell)} cell {entry.new[0] + 1}, unchanged">'
        f'<div class="body">{body}</div></section>\n'
        for cell, entry, body in zip(cells, run, bodies, strict=True)
    )
    return fold(count(len(run), "unchanged cell"), sections, kind="fold cells")
