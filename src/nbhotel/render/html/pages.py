"""`diff_page` and `show_page`: whole pages, of one or several notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.notebook.model import Broken, Notebook
from nbhotel.render.html import shown
from nbhotel.render.html.document import document
from nbhotel.render.html.entries import cell_entries
from nbhotel.render.html.fields import fields_fold
from nbhotel.render.html.lines import listing, text_diff
from nbhotel.render.html.room import CONTEXT_UP_TO, Room
from nbhotel.render.html.tags import MINUS, count, esc, note

if TYPE_CHECKING:
    from nbhotel.diff.values import NotebookDiff
    from nbhotel.render.subjects import Comparison, Exhibit


def diff_page(comparisons: Sequence[Comparison], *, framed: bool = False) -> str:
    """Return one self-contained HTML page that shows the comparisons, with an index if there are several.

    `framed`: for a frame of another page (see `document`).
    """
    room, context = Room(), Room(CONTEXT_UP_TO)
    names = [_title(comparison) for comparison in comparisons]
    tallies = [_tally(comparison) for comparison in comparisons]
    articles = [
        _article(number, name, tally, "".join(_compared(comparison, f"n{number}", room, context)))
        for number, (comparison, name, tally) in enumerate(zip(comparisons, names, tallies, strict=True), 1)
    ]
    changed = sum(1 for comparison in comparisons if comparison)
    total = f"{count(changed, 'notebook')} changed"
    return _page("Changes", names, tallies, articles, total, framed=framed)


def show_page(exhibits: Sequence[Exhibit]) -> str:
    """Return one self-contained HTML page that shows notebooks, with an index if there are several."""
    room = Room()
    names = [exhibit.name for exhibit in exhibits]
    tallies = [_contents(exhibit.notebook) for exhibit in exhibits]
    articles = [
        _article(number, exhibit.name, tally, "".join(_shown(exhibit.notebook, f"n{number}", room)))
        for number, (exhibit, tally) in enumerate(zip(exhibits, tallies, strict=True), 1)
    ]
    return _page("Notebooks", names, tallies, articles, count(len(exhibits), "notebook"))


def _page(
    what: str, names: list[str], tallies: list[str], articles: list[str], total: str, *, framed: bool = False
) -> str:
    if len(names) == 1:
        return document(f"{what}: {names[0]}", f"<h1>{what}</h1>", articles[0], framed=framed)
    title = f"<h1>{what}<span>{total}</span></h1>"
    index = "".join(
        f'<li><a href="#n{number}">{esc(name)}</a> <span class="tally">{tally}</span></li>\n'
        for number, (name, tally) in enumerate(zip(names, tallies, strict=True), 1)
    )
    nav = (
        f'<nav class="index" aria-label="Notebooks"><ol>{index}</ol></nav>\n'
        if names
        else note("Nothing to show.")
    )
    return document(f"{what}: {total}", title, nav + "".join(articles), framed=framed)


def _article(number: int, name: str, tally: str, body: str) -> str:
    return (
        f'<article id="n{number}" aria-labelledby="n{number}-h">\n'
        f'<h2 class="name" id="n{number}-h">{esc(name).replace("/", "/<wbr>")}</h2>\n'
        f'<p class="tally">{tally}</p>\n{body}</article>\n'
    )


def _title(comparison: Comparison) -> str:
    """Return "a/old.ipynb → new.ipynb": a folder that both share stands there once."""
    old, new = comparison.old_name, comparison.new_name
    folder, slash, last = new.rpartition("/")
    if old.rpartition("/")[0] == folder and slash:
        return new if old == new else f"{old} → {last}"
    return new if old == new else f"{old} → {new}"


def _compared(comparison: Comparison, name: str, room: Room, context: Room) -> Iterator[str]:
    if comparison.note:
        yield note(f"Compared as plain text. {comparison.note}")
    if comparison.plain:
        yield section("Changes of the text", text_diff(comparison.plain))
    if not comparison:
        yield '<p class="none">No differences.</p>\n'
    if comparison.diff is None:
        return
    for side, notebook in (
        (comparison.old_name, comparison.diff.old),
        (comparison.new_name, comparison.diff.new),
    ):
        yield from _oddities(side, notebook)
    fields = fields_fold(comparison.diff.fields, "Metadata of the notebook")
    if fields:
        yield section("Metadata of the notebook", fields)
    yield cell_entries(comparison.diff, name, room, context)


def section(label: str, body: str) -> str:
    """A change that is no cell's."""
    return (
        f'<section class="cell change" aria-label="{label}" tabindex="-1">'
        f'<div class="body">{body}</div></section>\n'
    )


def _oddities(name: str, notebook: Notebook) -> Iterator[str]:
    if notebook.oddities:
        yield note(f"{name} {', '.join(notebook.oddities)}.")


def _shown(notebook: Notebook | Broken, name: str, room: Room) -> Iterator[str]:
    if isinstance(notebook, Broken):
        yield note(f"Not readable as a notebook: {notebook.message}.")
        yield listing(notebook.text, label="Text of the file", kind="plain")
        return
    yield from (note(f"The file {oddity}.") for oddity in notebook.oddities)
    language = notebook.language or "python"
    for place, cell in enumerate(notebook.cells, 1):
        identity = f"{name}-c{place}"
        label = " ".join(filter(None, (f"{shown.kind_name(cell)} cell {place}", shown.prompt(cell))))
        yield (
            f'<section class="cell shown" id="{identity}" aria-label="{label}" tabindex="-1">'
            f'<p class="prompt">{shown.prompt(cell)}</p>'
            f'<div class="body">{shown.body(cell, language, room)}</div></section>\n'
        )


def _contents(notebook: Notebook | Broken) -> str:
    if isinstance(notebook, Broken):
        return "not readable as a notebook"
    kinds = Counter(shown.kind_name(cell) for cell in notebook.cells)
    return ", ".join(
        [count(len(notebook.cells), "cell"), *(f"{number} {kind}" for kind, number in kinds.items())]
    )


def _tally(comparison: Comparison) -> str:
    if comparison.diff is not None:
        return tally_of_cells(comparison.diff)
    if comparison.plain is None:
        return "no differences"
    return f"<ins>+{comparison.plain.added}</ins> <del>{MINUS}{comparison.plain.removed}</del> lines of text"


def tally_of_cells(diff: NotebookDiff) -> str:
    """Say "1 cell added, 2 changed" and how many lines; markup."""
    kinds = Counter[str](entry.kind for entry in diff.cells if entry.kind != "same")
    kinds["moved"] = sum(entry.moved for entry in diff.cells)
    told = [(number, kind) for kind, number in kinds.items() if number]
    first = [f"{count(number, 'cell')} {kind}" for number, kind in told[:1]] or ["no cell changed"]
    cells = ", ".join(first + [f"{number} {kind}" for number, kind in told[1:]])
    added, removed = _lines(diff)
    return cells + (f" · <ins>+{added}</ins> <del>{MINUS}{removed}</del> lines" if added or removed else "")


def _lines(diff: NotebookDiff) -> tuple[int, int]:
    added = removed = 0
    for entry in diff.cells:
        if entry.change and entry.change.source:
            added, removed = added + entry.change.source.added, removed + entry.change.source.removed
        elif entry.kind == "added":
            added += sum(diff.new.cells[j].source.count("\n") + 1 for j in entry.new)
        elif entry.kind == "removed":
            removed += sum(diff.old.cells[i].source.count("\n") + 1 for i in entry.old)
    return added, removed
