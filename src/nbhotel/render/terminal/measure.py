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
        for text in _chunks(_shown(span.text), left, columns):
            if text is None:
                yield piece
                piece, left = [], columns
            else:
                piece.append(span._replace(text=text))
                left -= width(text)
    yield piece


def _chunks(text: str, left: int, columns: int) -> Iterator[str | None]:
    """Cut a text to what is left of a line, and then to whole lines; None stands between two lines."""
    start = 0
    while start < len(text):
        end = _end(text, start, left)
        if end > start:
            yield text[start:end]
        if end < len(text):
            yield None
        start, left = end, columns


def _end(text: str, start: int, left: int) -> int:
    """Where to cut so that `left` columns hold the text from `start`."""
    end = start + left
    if text[start:end].isascii():
        return min(end, len(text))
    for index in range(start, len(text)):
        left -= _columns(text[index])
        if left < 0:
            return index
    return len(text)


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
