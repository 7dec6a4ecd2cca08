"""One line of a daemon's log: the hotel's own processes write theirs to standard error."""

from __future__ import annotations

import sys
import time
from contextlib import suppress


def log(process: str, line: str) -> None:
    """Write `line` with the local time and the process's name; a log that can't be written is no error."""
    with suppress(OSError):
        sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {process}: {line}\n")
