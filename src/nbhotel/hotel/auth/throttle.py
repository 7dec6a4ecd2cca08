"""Guessing passwords is made slow: each failure for a name makes the next try wait longer."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

#: Failures that cost nothing: people mistype.
FREE = 5
#: The longest wait, in seconds. Longer ones would let a stranger lock a guest out by wrong passwords.
LONGEST = 300.0
#: Names that are remembered at once; the one that was tried longest ago is forgotten first.
NAMES = 10_000


class TooManyTries(Exception):
    """The name has to wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Throttle:
    """Counts failures per name, known or not, in memory.

    A try counts as a failure until it is known to be right, so that many at once gain nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def enter(self, name: str) -> None:
        """Count a try; raise TooManyTries, counting nothing, if it comes too early."""
        now = self._clock()
        count, last = self._failures.pop(name, (0, now))
        if now - last > 2 * LONGEST:
            count = 0
        wait = last + _wait(count) - now
        if wait > 0:
            self._failures[name] = (count, last)
            raise TooManyTries(math.ceil(wait))
        self._failures[name] = (count + 1, now)
        if len(self._failures) > NAMES:
            self._failures.popitem(last=False)

    def forgive(self, name: str) -> None:
        """Forget the name's failures: it gave the right password, or nobody could check it."""
        self._failures.pop(name, None)


def _wait(failures: int) -> float:
    """Seconds until the next try: 2, 4, 8, … after the free ones."""
    return 0.0 if failures < FREE else min(LONGEST, 2.0 ** (failures - FREE + 1))
