"""Texts by line: a comparison one below the other, and text that is only on one side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from nbhotel.diff.text import Segment, words
from nbhotel.diff.values import Op, TextDiff
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.spans import Line, Span

#: Gives a text's line by its index, styled.
Ink: TypeAlias = Callable[[int], Line]
Inks: TypeAlias = tuple[Ink, Ink]

#: What stands before a line, and the role of the line.
BASES = {"+": "added", "-": "removed", " ": "", "": ""}


def plain(lines: Sequence[str]) -> Ink:
    """Return the ink that leaves lines as they are."""
    return lambda index: [Span(lines[index])]


def source_ink(lines: Sequence[str], language: str, brush: Brush) -> Ink:
    """Return the ink for a source in `language`: with syntax where there are colours."""
    if not brush.palette or not language:
        return plain(lines)
    from nbhotel.render.terminal.syntax import styled

    found = styled(lines, language)
    return plain(lines) if found is None else found.__getitem__


def whole(lines: Sequence[str], mark: str, ink: Ink, brush: Brush, limit: int | None = None) -> Iterator[str]:
    """Draw a text that stands on one side only; `mark` is "+", "-", or "" to show it without one."""
    drawn = (marked(ink(index), mark, brush) for index in range(len(lines)))
    yield from cut(drawn, len(lines), limit, brush)


def unchanged(block: Op | int, inks: Inks, brush: Brush) -> Iterator[str]:
    """Draw what stands on both sides, or the gap where it is left out."""
    if isinstance(block, int):
        yield gap(block, brush)
        return
    for index in range(block.j1, block.j2):
        yield marked(inks[1](index), " ", brush)


def marked(line: Line, mark: str, brush: Brush) -> str:
    """Draw one line after its mark; an added or removed one reaches to the right edge of the terminal."""
    base = BASES[mark]
    if not base or not brush.palette:
        return brush.line([Span(mark), *line])
    drawn = brush.line([Span(mark, f"{base}-mark"), *line], base)
    return drawn + _fill(line, base, brush)


def cut(lines: Iterator[str], total: int, limit: int | None, brush: Brush) -> Iterator[str]:
    """Yield up to `limit` of `total` lines, and say how many there would be more."""
    if limit is None or total <= limit + 1:
        yield from lines
        return
    yield from islice(lines, limit)
    yield brush.line([Span(f" … {total - limit:,} more lines (--full shows all)", "note")])


def gap(count: int, brush: Brush) -> str:
    """Say that unchanged lines are left out."""
    return brush.line([Span(f" ⋯ {count:,} unchanged {'line' if count == 1 else 'lines'}", "faint")])


def overlaid(line: Line, segments: Sequence[Segment]) -> Line:
    """Mark the changed stretches of a styled line; `segments` cover the same text."""
    result: Line = []
    spans = iter(line)
    span = next(spans, None)
    for segment in segments:
        left = len(segment.text)
        while left and span is not None:
            taken = span.text[:left]
            result.append(Span(taken, span.role, segment.changed))
            left -= len(taken)
            rest = span.text[len(taken) :]
            span = Span(rest, span.role) if rest else next(spans, None)
    return result


def changed_lines(diff: TextDiff, op: Op, inks: Inks, brush: Brush) -> tuple[list[Line], list[Line]]:
    """Return an op's old and new lines, with their changed words marked if there are colours to show them."""
    old = [inks[0](index) for index in range(op.i1, op.i2)]
    new = [inks[1](index) for index in range(op.j1, op.j2)]
    found = words(diff, op) if brush.palette and op.tag == "replace" else None
    if found is None:
        return old, new
    return _with_words(old, diff.old[op.i1 : op.i2], found[0]), _with_words(
        new, diff.new[op.j1 : op.j2], found[1]
    )


def _with_words(lines: list[Line], texts: Sequence[str], found: list[list[Segment]]) -> list[Line]:
    # A line with its own colours is another text than the one that was compared by word: left as it is.
    return [
        overlaid(line, segments) if "".join(span.text for span in line) == text else line
        for line, text, segments in zip(lines, texts, found, strict=True)
    ]


def _fill(line: Line, base: str, brush: Brush) -> str:
    if brush.look.depth == "16":  # lines have no background there
        return ""
    from nbhotel.render.terminal.measure import width

    taken = 1 + sum(width(span.text) for span in line)
    return brush.line([Span(" " * (-taken % brush.look.width))], base)
