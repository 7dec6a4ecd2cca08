"""Whether a program waits for what is typed.

A terminal doesn't say so. What can be seen: it has switched the echo off (a password), or takes each key by
itself (an interpreter, an editor), or a process in the foreground sleeps in the kernel while it reads this
terminal (`/proc/PID/wchan` and `syscall`, proc_pid_wchan(5); they can't be seen of another user's process).
"""

from __future__ import annotations

import os
import termios
from contextlib import suppress

from nbhotel.records import NamedTuple

#: The kernel's functions in which a process sleeps that reads a terminal.
_READS = {"n_tty_read", "wait_woken"}


class Mode(NamedTuple):
    """What a terminal does with what is typed."""

    #: Typed letters are shown.
    echo: bool = True
    #: A line goes to the program as a whole; without, each key.
    lines: bool = True


def mode_of(fd: int) -> Mode:
    """Return the mode of a terminal, by either end of it."""
    try:
        flags = termios.tcgetattr(fd)[3]
    except (OSError, termios.error):
        return Mode()
    return Mode(bool(flags & termios.ECHO), bool(flags & termios.ICANON))


def reads_terminal(fd: int, name: str) -> bool:
    """Whether a program waits for input of a terminal; `fd` is its controlling end, `name` the other's."""
    mode = mode_of(fd)
    if not (mode.echo and mode.lines):
        return True
    with suppress(OSError):
        group = os.tcgetpgrp(fd)
        return any(_reads(pid, name) for pid in _members(group))
    return False


def _members(group: int) -> list[str]:
    """The processes of a process group."""
    found = []
    for pid in os.listdir("/proc"):
        if pid.isdecimal():
            with suppress(OSError):
                if os.getpgid(int(pid)) == group:
                    found.append(pid)
    return found


def _reads(pid: str, name: str) -> bool:
    try:
        with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
            if file.read().strip() not in _READS:
                return False
        with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
            words = file.read().split()
        return len(words) > 1 and os.readlink(f"/proc/{pid}/fd/{int(words[1], 16)}") == name
    except (OSError, ValueError):
        return False
