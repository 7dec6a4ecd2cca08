"""Which of the lines that were replaced a new line stands for, where nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbhotel.diff.similarity import best_in_order

_WORD = re.compile(r"\w+|[^\w\s]")
#: Larger blocks (old lines times new lines) are paired by place alone.
_COMPARED_UP_TO = 2_500
#: The share of their words that two lines must have in common to be thought the same.
_ALIKE = 0.3


def partners(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (old, new) for each new line: the old line that is most like it, else the one in its place."""
    pairs = {y: x for x, y in _alike(old, new)}
    for y in range(len(new)):
        yield pairs.get(y, y * len(old) // len(new)), y


def _alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    if len(old) * len(new) > _COMPARED_UP_TO:
        return []
    bags = [[set(_WORD.findall(line)) for line in side] for side in (old, new)]
    return best_in_order([[_share(a, b) for b in bags[1]] for a in bags[0]])


def _share(a: set[str], b: set[str]) -> float:
    share = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    return share if share >= _ALIKE else 0.0
