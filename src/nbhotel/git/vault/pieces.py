"""A notebook file cut into pieces, so that what two versions share is stored once.

The cuts depend on the content alone: before each cell's outputs, as long as a piece is not too small. A
change in one cell changes the pieces near it, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CUT = re.compile(rb'"outputs": ?\[')
#: Smaller pieces than this are not worth a row of their own; larger ones are cut anywhere.
_SMALLEST, _LARGEST = 16_384, 8_000_000


def pieces(content: bytes) -> Iterator[bytes]:
    """Yield the pieces of `content`, in order; joined, they are the content."""
    start = 0
    for cut in _CUT.finditer(content):
        if cut.start() - start >= _SMALLEST:
            yield from _bounded(content, start, cut.start())
            start = cut.start()
    yield from _bounded(content, start, len(content))


def _bounded(content: bytes, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _LARGEST):
        yield content[at : min(at + _LARGEST, end)]
