"""A notebook as a page to be read, and the index of several: no script, nothing to fetch.

Cells' tags are obeyed as Jupyter Book has them (https://jupyterbook.org/en/stable/interactive/hiding.html):
`remove-input`, `remove-output`, and folded `hide-input`, `hide-output`, `hide-cell`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from nbhotel.notebook.model import Cell, Notebook
from nbhotel.records import NamedTuple
from nbhotel.render.html import shown
from nbhotel.render.html.around import ALONE, Around
from nbhotel.render.html.bundles import attachment_uris
from nbhotel.render.html.document import still_document
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.outputs import outputs
from nbhotel.render.html.room import Room
from nbhotel.render.html.tags import esc, fold, note

_HEADING = re.compile(r"<(h[1-6])((?: [^<>]*)?)>(.*?)</\1>", re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"\s*#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_TITLE_UP_TO = 200


class Entry(NamedTuple):
    """A page of the index: where it is, relative and escaped as addresses are, and what it is called."""

    address: str
    title: str
    name: str


def reading_page(notebook: Notebook, *, title: str, around: Around = ALONE, home: str = "") -> str:
    """Return the page of a notebook; `home` is the address of the index, if there is one.

    `title` stands in the window's bar, and at the top of the page if the notebook has no heading there.
    """
    room, anchors = Room(), set[str]()
    language = notebook.language or "python"
    body = "".join(_cell(cell, language, room, around, anchors) for cell in notebook.cells)
    head = "" if _first_heading(notebook) else f'<h1 class="title">{esc(title)}</h1>\n'
    back = f'<nav><a href="{esc(home)}">All pages</a></nav>' if home else f"<span>{esc(title)}</span>"
    return still_document(title, back, f"{head}<article>\n{body}</article>\n")


def index_page(title: str, entries: Iterable[Entry]) -> str:
    """Return the page that leads to the others."""
    items = "".join(
        f'<li><a href="{esc(entry.address)}">{esc(entry.title)}</a>'
        f' <span class="tally">{esc(entry.name)}</span></li>\n'
        for entry in entries
    )
    main = f'<h1 class="title">{esc(title)}</h1>\n'
    main += (
        f'<nav class="index" aria-label="Pages"><ol>{items}</ol></nav>\n' if items else note("No pages yet.")
    )
    return still_document(title, f"<span>{esc(title)}</span>", main)


def title_of(notebook: Notebook, otherwise: str) -> str:
    """Return what a notebook is called: by its metadata, its first heading, or `otherwise`."""
    named = notebook.metadata.get("title")
    if isinstance(named, str) and named.strip():
        return named.strip()[:_TITLE_UP_TO]
    return _first_heading(notebook) or otherwise


def anchor_of(heading: str) -> str:
    """Return the id of a heading's text, and of the fragment of an address that leads there.

    Jupyter writes "#Two-words", GitHub "#two-words": case doesn't count. "" if nothing is left.
    """
    words = re.sub(r"[\s-]+", "-", heading.strip()).strip("-").casefold()
    kept = re.sub(r"[^\w-]", "", words)
    return f"h-{kept}" if kept else ""


def _first_heading(notebook: Notebook) -> str:
    """The heading of the highest rank with which the notebook begins, without its marks; "" if it doesn't."""
    first = next((cell for cell in notebook.cells if cell.source.strip()), None)
    if first is None or first.kind != "markdown":
        return ""
    found = _TITLE.match(first.source)
    return re.sub(r"[*`]+|\[([^\]]*)\]\([^)]*\)", r"\1", found[1])[:_TITLE_UP_TO].strip() if found else ""


def _cell(cell: Cell, language: str, room: Room, around: Around, anchors: set[str]) -> str:
    is_prose = cell.kind == "markdown"
    body = _prose(cell, room, around, anchors) if is_prose else _code(cell, language, room)
    if not body:
        return ""
    if "hide-cell" in _tags(cell):
        body = fold("Show the cell", body)
    return f'<section class="cell shown"><div class="body">{body}</div></section>\n'


def _code(cell: Cell, language: str, room: Room) -> str:
    tags = _tags(cell)
    source = shown.source(cell, language, room) if cell.source and "remove-input" not in tags else ""
    results = outputs(cell.outputs, room) if "remove-output" not in tags else ""
    if source and "hide-input" in tags:
        source = fold("Show the code", source)
    if results and "hide-output" in tags:
        results = fold("Show the output", results)
    return source + results


def _prose(cell: Cell, room: Room, around: Around, anchors: set[str]) -> str:
    if not cell.source.strip():
        return ""
    if room.is_full:  # text is still shown, images not
        markup = rendered(cell.source, {}, Around(link=around.link))
    else:
        markup = rendered(cell.source, attachment_uris(cell.attachments), around)
    return room.take(_HEADING.sub(lambda heading: _anchored(heading, anchors), markup))


def _anchored(heading: re.Match[str], anchors: set[str]) -> str:
    """A heading with an id to lead to; the first of the same text has it."""
    anchor = anchor_of(unescape(_ANY_TAG.sub("", heading[3])))
    if not anchor or anchor in anchors:
        return heading[0]
    anchors.add(anchor)
    return f'<{heading[1]} id="{esc(anchor)}"{heading[2]}>{heading[3]}</{heading[1]}>'


def _tags(cell: Cell) -> frozenset[str]:
    tags = cell.metadata.get("tags")
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()
