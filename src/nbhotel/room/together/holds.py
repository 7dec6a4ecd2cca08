"""Which documents a living server has open: another one of the same user must not recover them.

A byte of a file stands for each document; the system takes a process's locks away when it ends, however it
ends. Source: fcntl(2), "Advisory record locking".
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from functools import cache


def hold(file: str, document: str) -> None:
    """Let others know that this process has the document open, until it ends. Raises OSError."""
    fcntl.lockf(_opened(file), fcntl.LOCK_SH, 1, _place(document))


def is_held(file: str, document: str) -> bool:
    """Return whether another process has the document open. Raises OSError."""
    try:
        fcntl.lockf(_opened(file), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(document))
    except (BlockingIOError, PermissionError):
        return True
    fcntl.lockf(_opened(file), fcntl.LOCK_UN, 1, _place(document))
    return False


def is_held_elsewhere(file: str, document: str) -> bool:
    """The same of a document that is open here. Raises OSError."""
    found = is_held(file, document)
    if not found:
        hold(file, document)  # the question has taken it away
    return found


def release(file: str, document: str) -> None:
    """Let others know that the document is closed here. Raises OSError."""
    fcntl.lockf(_opened(file), fcntl.LOCK_UN, 1, _place(document))


@cache
def _opened(file: str) -> int:
    """Open once: to close any descriptor of a file gives up all of a process's locks on it."""
    return os.open(f"{file}-open", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _place(document: str) -> int:
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:7], "big")
