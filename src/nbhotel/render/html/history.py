"""`log_page`: the commits of a notebook, or of one of its cells, with what they changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.render.html.document import document
from nbhotel.render.html.entries import cell_entries
from nbhotel.render.html.fields import fields_fold
from nbhotel.render.html.pages import section, tally_of_cells
from nbhotel.render.html.room import CONTEXT_UP_TO, Room
from nbhotel.render.html.tags import count, esc, note

if TYPE_CHECKING:
    from nbhotel.diff.values import NotebookDiff
    from nbhotel.git.history.commits import Commit
    from nbhotel.render.chronicle import Entry, Followed


def log_page(path: str, followed: Followed | None, entries: Sequence[Entry], *, framed: bool = False) -> str:
    """Return one self-contained page with an index of the commits; `framed`: see `document`."""
    room, context = Room(), Room(CONTEXT_UP_TO)
    name = esc(path) if followed is None else f"{esc(path)}, cell {followed.place + 1}"
    title = f"History of {name}"
    index = "".join(
        f'<li><a href="#n{number}">{esc(_subject(entry.commit))}</a> '
        f'<span class="tally">{_who(entry.commit)}</span></li>\n'
        for number, entry in enumerate(entries, 1)
    )
    nav = (
        f'<nav class="index" aria-label="Commits"><ol>{index}</ol></nav>\n' if entries else note("No commit.")
    )
    articles = (_article(number, entry, room, context) for number, entry in enumerate(entries, 1))
    plain = path if followed is None else f"{path}, cell {followed.place + 1}"
    head = f"<h1>{title}<span>{count(len(entries), 'commit')}</span></h1>"
    return document(f"History of {plain}", head, nav + "".join(articles), framed=framed)


def _article(number: int, entry: Entry, room: Room, context: Room) -> str:
    commit = entry.commit
    if entry.diff is None:
        body = note(f"The notebook can't be read here: {entry.note}.")
    else:
        body = _changes(entry.diff, f"n{number}", room, context)
    message = commit.message.strip().partition("\n")[2].strip()
    return (
        f'<article class="commit" id="n{number}" aria-labelledby="n{number}-h">\n'
        f'<h2 class="name" id="n{number}-h">{esc(_subject(commit))}</h2>\n'
        f'<p class="tally"><code>{esc(commit.short)}</code> {_told(entry)}</p>\n'
        + (f'<p class="message">{esc(message)}</p>\n' if message else "")
        + f"{body}</article>\n"
    )


def _changes(diff: NotebookDiff, name: str, room: Room, context: Room) -> str:
    fields = fields_fold(diff.fields, "Metadata of the notebook")
    shown = diff._replace(cells=tuple(entry for entry in diff.cells if entry.differs))
    head = section("Metadata of the notebook", fields) if fields else ""
    return head + cell_entries(shown, name, room, context)


def _subject(commit: Commit) -> str:
    return commit.subject or commit.short


def _who(commit: Commit) -> str:
    return f'{esc(commit.author)}, <span title="{esc(commit.iso)}">{esc(commit.date)}</span>'


def _told(entry: Entry) -> str:
    parts = [_who(entry.commit)]
    if not entry.path:
        parts.append(f"removed {esc(entry.old_path)}")
    elif entry.old_path not in {"", entry.path}:
        parts.append(f"renamed from {esc(entry.old_path)} to {esc(entry.path)}")
    if entry.diff is not None:
        parts.append(tally_of_cells(entry.diff))
    return " · ".join(parts)
