"""Waiting for a connection that was lost, and pieces of a size that the connection can bear."""

from __future__ import annotations

import time

from nbhotel.share.transfer.http import Lost
from nbhotel.share.transfer.parts import PIECE

#: Seconds that a lost connection is waited for, and at most between two attempts.
_PATIENCE, _PAUSE = 60.0, 8.0
_SMALLEST = 256 << 10


class Patience:
    """How long to wait for one connection."""

    def __init__(self) -> None:
        self.worked()

    def worked(self) -> None:
        """The connection works: the next time, patience begins anew."""
        self._since = 0.0
        self._pause = 0.5

    def after(self, lost: Lost) -> None:
        """Wait before the next attempt; or raise what went wrong, if it does for too long."""
        self._since = self._since or time.monotonic()
        if time.monotonic() - self._since > _PATIENCE:
            raise lost
        time.sleep(self._pause)
        self._pause = min(_PAUSE, self._pause * 2)


class Pace:
    """How large pieces are: such that each takes some seconds at most, since a lost one is sent again.

    A context manager around the sending of each.
    """

    def __init__(self) -> None:
        self.piece = 1 << 20

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        took = time.monotonic() - self._began
        if took < 1:
            self.piece = min(PIECE, self.piece * 2)
        elif took > 4:
            self.piece = max(_SMALLEST, self.piece // 2)
