"""The ops of a text's comparison with their context cut to a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from nbhotel.diff.values import Op, TextDiff

#: An op to show, or the number of unchanged lines that are left out.
Block: TypeAlias = "Op | int"


def blocks(diff: TextDiff, context: int) -> Iterator[Block]:
    """Yield what to show: changes, `context` unchanged lines around each, and the gaps between."""
    ops = _without_last_newline(diff)
    for index, op in enumerate(ops):
        if op.tag != "equal":
            yield op
            continue
        head = context if index else 0
        tail = context if index < len(ops) - 1 else 0
        left_out = op.i2 - op.i1 - head - tail
        if left_out < 2:  # a note on one line would take a line
            yield op
            continue
        if head:
            yield op._replace(i2=op.i1 + head, j2=op.j1 + head)
        yield left_out
        if tail:
            yield op._replace(i1=op.i2 - tail, j1=op.j2 - tail)


def rows(block: Block) -> int:
    """Return the number of lines that a block takes, one below the other."""
    if isinstance(block, int):
        return 1
    return block.i2 - block.i1 + (block.j2 - block.j1 if block.tag != "equal" else 0)


def _without_last_newline(diff: TextDiff) -> tuple[Op, ...]:
    """A newline at the end of both texts makes an empty last line that nobody means."""
    last = diff.ops[-1] if diff.ops else None
    if last is None or last.tag != "equal" or diff.old[-1]:
        return diff.ops
    shorter = last._replace(i2=last.i2 - 1, j2=last.j2 - 1)
    return (*diff.ops[:-1], shorter) if shorter.i2 > shorter.i1 else diff.ops[:-1]
