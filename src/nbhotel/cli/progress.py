"""How far a long work is, for people who wait at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

_PATIENCE = 1.0
_EVERY = 0.1
_Item = TypeVar("_Item")


class Progress:
    """A count on standard error, if that is a terminal, when it takes more than a second."""

    def __init__(self, what: str) -> None:
        """`what` is counted, such as "commits"."""
        self._what = what
        self._next = monotonic() + _PATIENCE
        self._is_shown = False
        self._is_on = sys.stderr.isatty()

    def counted(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items, and tell how many there were."""
        for number, item in enumerate(items, 1):
            if self._is_on and monotonic() > self._next:
                self._next = monotonic() + _EVERY
                self._is_shown = True
                print(f"\r\x1b[K{number:,} {self._what}", end="", file=sys.stderr, flush=True)
            yield item

    def until_seen(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield what is shown to the user; where that is on a terminal, the count is in its way."""
        try:
            for item in items:
                self.clear()
                self._is_on = self._is_on and not sys.stdout.isatty()
                yield item
        finally:
            self.clear()

    def clear(self) -> None:
        """Take the count away."""
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        self._is_shown = False
