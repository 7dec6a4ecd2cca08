"""How many columns a text takes, and lines cut to columns."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.spans import Line, Span


def width(text: str) -> int:
    """Return the columns that a text takes once it is drawn: its escapes, wide and combining characters."""
    shown = _shown(text)
    return len(shown) if shown.isascii() else sum(map(_columns, shown))


def wrapped(line: Line, columns: int) -> Iterator[Line]:
    """Yield a line in pieces of at most `columns` (at least 2) columns; an empty line is one piece."""
    piece: Line = []
    left = columns
    for span in line:
        text = ""
        for char in _shown(span.text):
            needed = 1 if char.isascii() else _columns(char)
            if needed > left:
                yield [*piece, span._replace(text=text)]
                piece, text, left = [], "", columns
            text += char
            left -= needed
        piece.append(span._replace(text=text))
    yield piece


def padded(line: Line, columns: int) -> Line:
    """Fill a line with blanks up to `columns`."""
    taken = sum(width(span.text) for span in line)
    return [*line, Span(" " * (columns - taken))] if taken < columns else line


def _shown(text: str) -> str:
    return safe(text).replace("\t", "    ")


def _columns(char: str) -> int:
    from unicodedata import category, combining, east_asian_width

    if combining(char) or category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
