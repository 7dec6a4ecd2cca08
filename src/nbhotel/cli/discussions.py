"""What was said about a notebook, for people and for programs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nbhotel.cli import pager
from nbhotel.cli.screen import has_colours
from nbhotel.cli.style import Style
from nbhotel.comments.store import Comments
from nbhotel.comments.values import Comment, Discussion, Thread
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.safe import safe


class Wishes(NamedTuple):
    """How to show comments; `resolved`: also threads that are."""

    resolved: bool
    as_json: bool
    colour: str
    paged: bool


def show(file: str, notebook: str, wishes: Wishes) -> int:
    """Show the threads about a notebook; 1 if there are none. `file` is the database. Raises CommentError."""
    path = os.path.realpath(notebook)
    cells = _cells(path)
    found = [each for each in _discussion(file, path).threads if wishes.resolved or each.resolved is None]
    threads = sorted(found, key=lambda each: _rank(each, cells))
    if wishes.as_json:
        import json

        told = [_told(each, cells) for each in threads]
        pager.write([json.dumps({"notebook": path, "threads": told}, indent=2)])
    elif not threads:
        print(f"nbhotel: {safe(notebook)}: {_nothing(wishes)}", file=sys.stderr)
    else:
        terminal = sys.stdout.isatty()
        style = Style(has_colours(wishes.colour, terminal, os.environ))
        (pager.page if wishes.paged and terminal else pager.write)(_texts(threads, cells, style))
    return 0 if threads else 1


def _nothing(wishes: Wishes) -> str:
    return "there are no comments on it" if wishes.resolved else "there are no open comments on it"


def _discussion(file: str, path: str) -> Discussion:
    if not Path(file).exists():
        return Discussion("", ())
    with Comments(file, to_read=True) as comments:
        return comments.discussion(path)


def _cells(path: str) -> Mapping[str, tuple[int, str]]:
    """The number, from 1, and the first line of each cell that has an id; none of what can't be read."""
    try:
        found = read_notebook(Path(path).read_bytes())
    except OSError:
        return {}
    cells = enumerate(found.cells, 1) if isinstance(found, Notebook) else ()
    return {cell.id: (number, _first_line(cell.source)) for number, cell in cells if cell.id}


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")


def _rank(thread: Thread, cells: Mapping[str, tuple[int, str]]) -> tuple[bool, int, int]:
    """The whole notebook first, then its cells, then what is gone."""
    number = cells[thread.cell][0] if thread.cell in cells else 0
    return bool(thread.cell) and not number, number, thread.id


def _told(thread: Thread, cells: Mapping[str, tuple[int, str]]) -> dict[str, object]:
    place = cells.get(thread.cell)
    return thread._asdict() | {
        "cell_number": place and place[0],
        "resolver": thread.resolver and thread.resolver._asdict(),
        "comments": [each._asdict() | {"author": each.author._asdict()} for each in thread.comments],
    }


def _texts(threads: Sequence[Thread], cells: Mapping[str, tuple[int, str]], style: Style) -> Iterator[str]:
    for number, thread in enumerate(threads):
        if number:
            yield ""
        yield _head(thread, cells, style)
        for comment in thread.comments:
            yield from _comment(comment, style)


def _head(thread: Thread, cells: Mapping[str, tuple[int, str]], style: Style) -> str:
    number, line = cells.get(thread.cell, (0, thread.excerpt))
    where = f"cell {number}" if number else "cell is gone" if thread.cell else "whole notebook"
    parts = [style.strong(where)]
    if thread.cell and line:
        parts.append(safe(line))
    if thread.resolver:
        parts.append(style.good(f"resolved by {safe(thread.resolver.name)}"))
    return "  ".join(parts)


def _comment(comment: Comment, style: Style) -> Iterator[str]:
    edited = [] if comment.edited is None else [style.faint("edited")]
    yield "  ".join(["  " + style.warning(_when(comment.written)), safe(comment.author.name), *edited])
    for line in comment.text.splitlines():
        yield f"    {safe(line)}".rstrip()


def _when(moment: float) -> str:
    """A time for people, by their clock."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
