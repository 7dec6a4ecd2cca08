"""What commits did to a notebook, or to one of its cells: the lines of `nbhotel log`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nbhotel.records import NamedTuple
from nbhotel.render.subjects import Comparison
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import cell_lines, heading
from nbhotel.render.terminal.notebooks import counts, notebook_lines
from nbhotel.render.terminal.spans import Look, Span

if TYPE_CHECKING:
    from nbhotel.diff.values import NotebookDiff
    from nbhotel.git.history.commits import Commit
    from nbhotel.render.chronicle import Entry


class Telling(NamedTuple):
    """How much to tell of a commit: its cells (`patch`), a table (`stat`), both, or nothing but one line.

    `one_cell` says that a cell is followed, so that there is nothing to count.
    """

    patch: bool = False
    stat: bool = False
    one_line: bool = False
    one_cell: bool = False


def log_lines(entries: Iterable[Entry], look: Look, telling: Telling) -> Iterator[str]:
    """Draw commits, each in one piece of several lines, so that it can be shown as soon as it is known."""
    brush = Brush(look)
    between = ""
    for entry in entries:
        lines = _one_line(entry, telling, brush) if telling.one_line else _whole(entry, telling, brush)
        yield between + "\n".join(lines)
        between = "" if telling.one_line else "\n"


def _one_line(entry: Entry, telling: Telling, brush: Brush) -> Iterator[str]:
    commit = entry.commit
    what = f"not readable: {entry.note}" if entry.diff is None else _brief(entry.diff, telling)
    yield brush.line([Span(commit.short, "note"), Span(f" {commit.subject} "), Span(f"· {what}", "faint")])


def _brief(diff: NotebookDiff, telling: Telling) -> str:
    if telling.one_cell:
        return "; ".join(heading(diff, each) for each in diff.cells)
    return counts(diff)


def _whole(entry: Entry, telling: Telling, brush: Brush) -> Iterator[str]:
    yield from _head(entry.commit, brush)
    yield ""
    if entry.diff is None:
        yield brush.line([Span(f"note: the notebook can't be read here: {entry.note}", "note")])
        return
    yield from _names(entry, brush)
    if telling.stat:
        from nbhotel.render.terminal.stat import stat_lines

        yield from stat_lines([Comparison("", entry.path or entry.old_path, entry.diff)], brush.look)
        yield from ([""] if telling.patch else [])
    if telling.one_cell and (telling.patch or not telling.stat):
        yield from _cells(entry.diff, telling, brush)
    elif telling.patch:
        yield from notebook_lines(entry.diff, brush)
    elif not telling.stat:
        yield brush.line([Span(counts(entry.diff), "faint")])


def _head(commit: Commit, brush: Brush) -> Iterator[str]:
    yield brush.line([Span(f"commit {commit.id}", "note")])
    if len(commit.parents) > 1:
        yield brush.line([Span(f"Merge:  {' '.join(parent[:8] for parent in commit.parents)}")])
    yield brush.line([Span(f"Author: {commit.author} <{commit.email}>")])
    yield brush.line([Span(f"Date:   {commit.date}")])
    yield ""
    for line in commit.message.strip("\n").split("\n"):
        yield brush.line([Span(f"    {line}" if line else "")])


def _names(entry: Entry, brush: Brush) -> Iterator[str]:
    """Say what became of the file itself."""
    if not entry.path:
        yield brush.line([Span(f"{entry.old_path} was removed", "note")])
    elif entry.old_path not in {"", entry.path}:
        yield brush.line([Span(f"renamed from {entry.old_path} to {entry.path}", "note")])


def _cells(diff: NotebookDiff, telling: Telling, brush: Brush) -> Iterator[str]:
    for number, each in enumerate(diff.cells):
        if telling.patch:
            yield from ([""] if number else [])
            yield from cell_lines(diff, each, brush)
        else:
            yield brush.line([Span(heading(diff, each), "cell")])
