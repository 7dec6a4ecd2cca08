"""A pause that the other side asked for: a countdown for people, one line for logs."""

from __future__ import annotations

import sys
import time


def wait(seconds: float, why: str) -> None:
    """Sleep, and tell why: on a terminal counting down, in a line that goes away again."""
    if seconds < 2:  # over before anybody has read it
        time.sleep(seconds)
        return
    if not sys.stderr.isatty():
        print(f"nbhotel: {why}: waiting for {seconds:.0f} s", file=sys.stderr, flush=True)
        time.sleep(seconds)
        return
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        print(f"\r\x1b[K{why}: {left:.0f} s", end="", file=sys.stderr, flush=True)
        time.sleep(min(1.0, left))
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
