"""Where an added or removed block of lines starts is often a matter of choice; people have one.

When a block could as well start some lines earlier or later (its first line equals the line after it), the
place is chosen where it starts at the least indented line, after a blank line if there is one. The idea is
git's indent heuristic (https://git-scm.com/docs/git-diff, --indent-heuristic); the weights are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.diff.values import Op

_AFTER_BLANK = 3
_AT_END = -1


def slid(ops: Sequence[Op], old: Sequence[str], new: Sequence[str]) -> tuple[Op, ...]:
    """Return the ops with each inserted or deleted block where it reads best."""
    result = list(ops)
    for index, op in enumerate(result):
        if op.tag in {"insert", "delete"}:
            _slide(result, index, new if op.tag == "insert" else old)
    return tuple(op for op in result if op.i1 < op.i2 or op.j1 < op.j2)


def _slide(ops: list[Op], index: int, lines: Sequence[str]) -> None:
    op = ops[index]
    start, end = (op.j1, op.j2) if op.tag == "insert" else (op.i1, op.i2)
    before = ops[index - 1] if index else None
    after = ops[index + 1] if index + 1 < len(ops) else None
    up = _room(before, outermost=index == 1)
    down = _room(after, outermost=index + 2 == len(ops))
    lowest = highest = 0
    while highest < down and lines[start + highest] == lines[end + highest]:
        highest += 1
    while -lowest < up and lines[start + lowest - 1] == lines[end + lowest - 1]:
        lowest -= 1
    shift = min(range(highest, lowest - 1, -1), key=lambda by: _cost(lines, start + by, end + by))
    if shift:
        first = index - (before is not None)
        ops[first : index + 1 + (after is not None)] = _shifted(before, op, after, shift)


def _room(neighbour: Op | None, *, outermost: bool) -> int:
    """How far a block may slide over an equal run; one line stays between it and another change."""
    if neighbour is None:
        return 0
    return neighbour.i2 - neighbour.i1 - (not outermost)


def _shifted(before: Op | None, op: Op, after: Op | None, by: int) -> list[Op]:
    """Shift a block between two equal runs, of which one may come into being by it."""
    start, end = before or op, after or op
    block = Op(op.tag, op.i1 + by, op.i2 + by, op.j1 + by, op.j2 + by)
    return [
        Op("equal", start.i1, block.i1, start.j1, block.j1),
        block,
        Op("equal", block.i2, end.i2, block.j2, end.j2),
    ]


def _cost(lines: Sequence[str], start: int, end: int) -> int:
    return _boundary(lines, start) + _boundary(lines, end)


def _boundary(lines: Sequence[str], at: int) -> int:
    """How odd it looks to cut before line `at`."""
    after_blank = at == 0 or not lines[at - 1].strip()
    if at == len(lines):
        return 2 * (_AT_END - _AFTER_BLANK * after_blank)
    line = lines[at]
    indent = len(line) - len(line.lstrip())
    return 2 * (indent - _AFTER_BLANK * after_blank) + (not line.strip())
