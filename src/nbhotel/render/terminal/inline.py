"""A comparison with removed and added words within one line, as `git diff --word-diff` has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbhotel.diff.sequence import ops
from nbhotel.diff.values import Op, TextDiff
from nbhotel.render.terminal.ansi import stripped
from nbhotel.render.terminal.blocks import Block
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.spans import Line, Span
from nbhotel.render.terminal.texts import Inks, unchanged

_WORD = re.compile(r"\w+|\s|[^\w\s]")
#: A longer block is one word.
_WORDS_UP_TO = 50_000
_BRACKETS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


def inline(diff: TextDiff, shown: Sequence[Block], inks: Inks, brush: Brush) -> Iterator[str]:
    """Draw blocks; what was removed stands in [-…-], what was added in {+…+}, also without colours."""
    for block in shown:
        if isinstance(block, int) or block.tag == "equal":
            yield from unchanged(block, inks, brush)
        else:
            for line in _lines(_words(diff, block)):
                yield brush.line([Span(" "), *line])


def _words(diff: TextDiff, op: Op) -> Iterator[tuple[str, str]]:
    """Yield (kind, text): removed, added, or "" for what stayed."""
    texts = stripped("\n".join(diff.old[op.i1 : op.i2])), stripped("\n".join(diff.new[op.j1 : op.j2]))
    old, new = map(_split, texts)
    for each in ops(old, new):
        if each.tag == "equal":
            yield "", "".join(new[each.j1 : each.j2])
            continue
        if each.i2 > each.i1:
            yield "removed", "".join(old[each.i1 : each.i2])
        if each.j2 > each.j1:
            yield "added", "".join(new[each.j1 : each.j2])


def _split(text: str) -> list[str]:
    return _WORD.findall(text) if len(text) <= _WORDS_UP_TO else [text]


def _lines(stretches: Iterator[tuple[str, str]]) -> Iterator[Line]:
    line: Line = []
    for kind, text in stretches:
        for index, part in enumerate(text.split("\n")):
            if index:
                yield line
                line = []
            if part:
                line += _bracketed(kind, part)
    yield line


def _bracketed(kind: str, text: str) -> Line:
    if not kind:
        return [Span(text)]
    left, right = _BRACKETS[kind]
    return [Span(f"{left}{text}{right}", f"inline-{kind}")]
