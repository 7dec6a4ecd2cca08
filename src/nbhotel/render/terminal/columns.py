"""A comparison in two columns: the old text left, the new text right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from nbhotel.diff.sequence import rising
from nbhotel.diff.values import Op, TextDiff
from nbhotel.render.terminal.blocks import Block
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.measure import padded, wrapped
from nbhotel.render.terminal.spans import Line, Span
from nbhotel.render.terminal.texts import BASES, Inks, changed_lines, gap

_WORD = re.compile(r"\w+")
#: Lines that share this part of their words stand beside each other.
_ALIKE = 0.5
#: Larger blocks (old lines times new lines) are paired from the top.
_PAIRS_UP_TO = 10_000
_BETWEEN = Span(" │ ", "faint")


def columns(diff: TextDiff, shown: Sequence[Block], inks: Inks, brush: Brush) -> Iterator[str]:
    """Draw blocks in two columns; long lines are wrapped within their column."""
    for block in shown:
        if isinstance(block, int):
            yield gap(block, brush)
        else:
            for old, new in _pairs(diff, block, inks, brush):
                yield from _row(old, new, block.tag, brush)


def _pairs(diff: TextDiff, op: Op, inks: Inks, brush: Brush) -> Iterator[tuple[Line | None, Line | None]]:
    if op.tag == "equal":
        for i, j in zip(range(op.i1, op.i2), range(op.j1, op.j2), strict=True):
            yield inks[0](i), inks[1](j)
        return
    old, new = changed_lines(diff, op, inks, brush)
    i = j = 0
    for x, y in (*_alike(diff.old[op.i1 : op.i2], diff.new[op.j1 : op.j2]), (len(old), len(new))):
        yield from zip_longest(old[i:x], new[j:y])
        if x < len(old) and y < len(new):
            yield old[x], new[y]
        i, j = x + 1, y + 1


def _alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pair the lines of a replaced block that share most of their words, in order."""
    if len(old) * len(new) > _PAIRS_UP_TO:
        return []
    bags = [set(_WORD.findall(line)) for line in new]
    pairs, taken = [], set[int]()
    for i, line in enumerate(old):
        words = set(_WORD.findall(line))
        shares = [
            (len(words & bag) / len(words | bag) if words | bag and j not in taken else 0.0, -j)
            for j, bag in enumerate(bags)
        ]
        share, j = max(shares, default=(0.0, 0))
        if share >= _ALIKE:
            pairs.append((i, -j))
            taken.add(-j)
    return rising(pairs)


def _row(old: Line | None, new: Line | None, tag: str, brush: Brush) -> Iterator[str]:
    room = (brush.look.width - 3) // 2
    marks = (" ", " ") if tag == "equal" else ("-", "+")
    left = _column(old, marks[0], room, brush)
    right = _column(new, marks[1], room, brush)
    for a, b in zip_longest(left, right, fillvalue=""):
        line = (a or " " * room) + brush.line([_BETWEEN]) + b
        yield line if brush.palette else line.rstrip()


def _column(line: Line | None, mark: str, room: int, brush: Brush) -> Iterator[str]:
    if line is None:
        return
    base = BASES[mark]
    for index, piece in enumerate(wrapped(line, room - 2)):
        head = Span(f"{mark} " if index == 0 else "  ", f"{base}-mark" if base else "")
        yield brush.line(padded([head, *piece], room), base)
