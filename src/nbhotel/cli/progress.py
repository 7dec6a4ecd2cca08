"""How far long work is, for people who wait at a terminal."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Self

#: Seconds of work before a terminal hears of it.
_PATIENCE = 1.0


class Teller:
    """Tells a terminal what is being done and how much of it, in one line that leaves no trace.

    Use it as a context manager, and call it with what is done, how many are, and of how many.
    """

    def __init__(self) -> None:
        self._since = monotonic()
        self._shown = False

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the line."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, what: str, done: int, of: int) -> None:
        """Tell, if it takes long."""
        if sys.stderr.isatty() and monotonic() - self._since > _PATIENCE:
            self._shown = True
            print(f"\r\x1b[K{what}: {done} of {of}", end="", file=sys.stderr, flush=True)
