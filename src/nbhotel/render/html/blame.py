"""`blame_page`: a notebook's cells, with the commit that wrote each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from nbhotel.render.html import shown
from nbhotel.render.html.document import document
from nbhotel.render.html.lines import numbered_lines
from nbhotel.render.html.outputs import outputs
from nbhotel.render.html.room import Room
from nbhotel.render.html.tags import count, esc, note

if TYPE_CHECKING:
    from nbhotel.git.history.blaming import Blame, CellBlame, Origin
    from nbhotel.notebook.model import Notebook

_DAY = 24 * 3600
#: Age in seconds, and the class of what is younger.
_AGES = ((7 * _DAY, "age1"), (31 * _DAY, "age2"), (366 * _DAY, "age3"))


def blame_page(blame: Blame, now: int, notes: Sequence[str] = ()) -> str:
    """Return one self-contained page; `now` is in seconds since 1970, for the colours of age."""
    room = Room()
    path = blame.step.path
    commits = {origin.commit.id for cell in blame.cells for origin in cell.lines}
    tally = f"{count(len(blame.cells), 'cell')}, {count(len(commits), 'commit')}"
    cells = (_cell(cell, blame.notebook, now, room) for cell in blame.cells)
    body = "".join([*map(note, notes), *cells]) or note("No cell.")
    article = (
        f'<article aria-labelledby="n1-h">\n<h2 class="name" id="n1-h">{esc(path)}</h2>\n'
        f'<p class="tally">{tally}</p>\n{body}</article>\n'
    )
    return document(f"Blame of {path}", "<h1>Blame</h1>", article)


def _cell(cell: CellBlame, notebook: Notebook, now: int, room: Room) -> str:
    what = notebook.cells[cell.cell]
    identity = f"n1-c{cell.cell + 1}"
    language = {"code": notebook.language or "python", "markdown": "markdown"}.get(what.kind, "")
    lines = numbered_lines(what.source, room.tokeniser(language, what.source))
    runs = "".join(_runs(cell.lines, lines, now)) if what.source else ""
    shown_outputs = zip(what.outputs, cell.outputs, strict=False)
    results = "".join(_run(origin, outputs([output], room), now) for output, origin in shown_outputs)
    return (
        f'<section class="cell change" id="{identity}" aria-labelledby="{identity}-h">\n'
        f'<div class="head"><h3 id="{identity}-h" tabindex="-1"><span class="badge">'
        f"{shown.kind_name(what)} cell {cell.cell + 1}</span> "
        f'<span class="prompt">{shown.prompt(what)}</span>'
        f"<span>{_who(cell.touched)} · {esc(cell.touched.commit.subject)}</span></h3>"
        f'<a class="anchor" href="#{identity}" aria-label="Link to this cell">#</a></div>\n'
        f'<div class="body blame">{runs}{results}</div></section>\n'
    )


def _runs(origins: Sequence[Origin], lines: Sequence[str], now: int) -> Iterator[str]:
    """Neighbouring lines of one origin, behind it."""
    for origin, run in groupby(zip(origins, lines, strict=False), key=lambda pair: pair[0]):
        texts = "".join(line for _, line in run)
        yield _run(origin, f'<pre class="listing code"><code>{texts}</code></pre>', now)


def _run(origin: Origin, content: str, now: int) -> str:
    age = next((name for limit, name in _AGES if now - origin.commit.authored < limit), "age4")
    return (
        f'<div class="run {age}"><p class="who" title="{esc(origin.commit.subject)}">{_who(origin)}</p>\n'
        f"<div>{content}</div></div>\n"
    )


def _who(origin: Origin) -> str:
    commit = origin.commit
    mark = "^" if origin.is_boundary else "?" if origin.is_guess else ""
    time = f'<span title="{esc(commit.iso)}">{esc(commit.date)}</span>'
    return f"<code>{mark}{esc(commit.short)}</code> {esc(commit.author)}, {time}"
