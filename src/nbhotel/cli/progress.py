"""How far long work is, for people who wait at a terminal: a line on standard error that leaves no trace."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Self, TypeVar

#: Seconds of work before a terminal hears of it, and between two tellings.
_PATIENCE, _EVERY = 1.0, 0.1
_Item = TypeVar("_Item")


class Progress:
    """Tells a terminal how far it is, when it takes more than a second.

    Use it as a context manager, and call it with what is done, how many are, and of how many; or let it
    count what it hands on.
    """

    def __init__(self, what: str = "") -> None:
        """`what` is counted, such as "commits"."""
        self._what = what
        self._next = monotonic() + _PATIENCE
        self._is_shown = False
        self._is_on = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        self.clear()

    def __call__(self, what: str, done: int, of: int) -> None:
        """Tell that so many of all are done."""
        self._tell(f"{what}: {done} of {of}")

    def doing(self, what: str) -> None:
        """Tell at once what is done now, of which nobody knows how far it is; "": nothing any more."""
        if not what:
            self.clear()
            return
        self._next = monotonic()
        self._tell(f"{what}…")

    def counted(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items, and tell how many there were."""
        for number, item in enumerate(items, 1):
            self._tell(f"{number:,} {self._what}")
            yield item

    def until_seen(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield what is shown to the user; on a terminal the count would be in its way."""
        for item in items:
            if sys.stdout.isatty():
                self.clear()
                self._is_on = False
            yield item

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        self._is_shown = False

    def _tell(self, line: str) -> None:
        if self._is_on and monotonic() >= self._next:
            self._next = monotonic() + _EVERY
            self._is_shown = True
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
