"""Conflict markers: hunks as text, and the markers that remain in a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbhotel.merge.textmerge import Agreed, Hunk, Lines, Piece, narrowed, trimmed
from nbhotel.merge.values import Labels, Style
from nbhotel.notebook.model import Cell, Notebook, multiline
from nbhotel.records import NamedTuple

#: Metadata of a cell or notebook under which conflicting keys are kept, with all three values.
CONFLICTS_KEY = "nbhotel-conflicts"
_START = re.compile(r"<{7,}(?: .*)?")
_END = re.compile(r">{7,}(?: .*)?")
_INSIDE = re.compile(r"={7,}|\|{7,}(?: .*)?")


class Remaining(NamedTuple):
    """A marker that is still there: in which cell (from 0; None: none), in which line (from 1), and it."""

    cell: int | None
    line: int
    text: str


def opening(labels: Labels) -> str:
    """The line before the local side."""
    return _marker("<", labels.local, labels.size)


def middle(labels: Labels) -> str:
    """The line before the remote side."""
    return "=" * labels.size


def closing(labels: Labels) -> str:
    """The line after the remote side."""
    return _marker(">", labels.remote, labels.size)


def block(hunk: Hunk, labels: Labels, *, with_base: bool) -> list[str]:
    """Return a hunk between its markers."""
    base = [_marker("|", labels.base, labels.size), *hunk.base] if with_base else []
    return [opening(labels), *hunk.local, *base, middle(labels), *hunk.remote, closing(labels)]


def written(pieces: Sequence[Piece], labels: Labels, style: Style) -> Lines:
    """Return the merged lines, hunks between markers."""
    lines: list[str] = []
    with_base = style != "merge"
    for piece in _in_style(pieces, style):
        lines += piece.lines if isinstance(piece, Agreed) else block(piece, labels, with_base=with_base)
    return tuple(lines)


def remaining(notebook: Notebook) -> Iterator[Remaining]:
    """Yield the markers that are left in the cells' sources, in outputs, and in metadata that we marked."""
    if CONFLICTS_KEY in notebook.metadata:
        yield Remaining(None, 0, f"metadata {CONFLICTS_KEY}")
    for index, cell in enumerate(notebook.cells):
        for line, text in left_in(cell.source):
            yield Remaining(index, line, text)
        for text in _left_in_outputs(cell):
            yield Remaining(index, 0, f"output {text}")
        if CONFLICTS_KEY in cell.metadata:
            yield Remaining(index, 0, f"metadata {CONFLICTS_KEY}")


def left_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line from 1, marker). Middle ones count only after an opening: Markdown underlines with them."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    inside = False
    for number, line in enumerate(map(str.rstrip, text.split("\n")), 1):
        if _START.fullmatch(line) or _END.fullmatch(line) or (inside and _INSIDE.fullmatch(line)):
            inside = not _END.fullmatch(line)
            yield number, line


def _left_in_outputs(cell: Cell) -> Iterator[str]:
    for output in cell.outputs:
        text = (multiline(output.get("text")) or "").strip()
        if output.get("name") == "stderr" and (_START.fullmatch(text) or _END.fullmatch(text)):
            yield text


def _marker(sign: str, label: str, size: int) -> str:
    return f"{sign * size} {label}".rstrip()


def _in_style(pieces: Sequence[Piece], style: Style) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Agreed) or style == "diff3":
            yield piece
        else:
            yield from narrowed(piece) if style == "merge" else trimmed(piece)
