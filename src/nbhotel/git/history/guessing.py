"""Which of the lines that were replaced a new line stands for, where nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+")
#: In larger blocks (old lines times new lines) the place alone counts.
_COMPARED_UP_TO = 2_500
#: The share of their words that two lines must have in common to be thought the same.
_ALIKE = 0.3


def partners(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (old, new) for each new line: the old line that is most like it, else the one in its place."""
    small = len(old) * len(new) <= _COMPARED_UP_TO
    bags = [set(_WORD.findall(line)) for line in old] if small else []
    for y, line in enumerate(new):
        place = y * len(old) // len(new)
        words = set(_WORD.findall(line)) if small else set()
        shares = [(_share(bag, words), -abs(x - place), x) for x, bag in enumerate(bags)]
        yield max(shares, default=(0.0, 0, place))[2], y


def _share(a: set[str], b: set[str]) -> float:
    share = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    return share if share >= _ALIKE else 0.0
