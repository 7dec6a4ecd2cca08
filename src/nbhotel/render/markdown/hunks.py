"""A text diff in unified form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbhotel.diff.values import Op, TextDiff


def unified(diff: TextDiff, context: int) -> Iterator[str]:
    """Yield lines that begin with "-", "+" or " ", and "@@" lines where unchanged ones are left out."""
    groups = list(_groups(diff.ops, context))
    for group in groups:
        first, last = group[0], group[-1]
        whole = (first.i1, last.i2) == (0, len(diff.old)) and (first.j1, last.j2) == (0, len(diff.new))
        if not whole:
            yield f"@@ -{_span(first.i1, last.i2)} +{_span(first.j1, last.j2)} @@"
        for op in group:
            if op.tag == "equal":
                yield from (f" {line}" for line in diff.old[op.i1 : op.i2])
                continue
            yield from (f"-{line}" for line in diff.old[op.i1 : op.i2])
            yield from (f"+{line}" for line in diff.new[op.j1 : op.j2])


def _span(start: int, end: int) -> str:
    """A range as unified diffs have it: from line 1; an empty one stands after the line before it."""
    length = end - start
    return f"{start + 1 if length else start},{length}"


def _groups(ops: tuple[Op, ...], context: int) -> Iterator[list[Op]]:
    """Yield runs of ops whose unchanged stretches are no longer than twice `context`."""
    group: list[Op] = []
    for index, op in enumerate(ops):
        if op.tag != "equal":
            group.append(op)
            continue
        if group:  # what follows a change
            if index + 1 < len(ops) and op.i2 - op.i1 <= 2 * context:
                group.append(op)
                continue
            yield [*group, *_cut(op, 0, context)]
            group = []
        if index + 1 < len(ops):
            group = _cut(op, op.i2 - op.i1 - context, context)
    if group:
        yield group


def _cut(op: Op, skip: int, length: int) -> list[Op]:
    """Return at most `length` lines of an unchanged stretch, from its line `skip` on."""
    skip = max(skip, 0)
    end = min(skip + length, op.i2 - op.i1)
    if end <= skip:
        return []
    return [op._replace(i1=op.i1 + skip, i2=op.i1 + end, j1=op.j1 + skip, j2=op.j1 + end)]
