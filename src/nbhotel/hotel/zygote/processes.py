"""Processes, known by pid and start time: a pid alone may have been given to another process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


def start_time(pid: int) -> int | None:
    """Return the process's start in clock ticks since boot, or None if it is gone (`man 5 proc`, stat)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field is the command in parentheses and may hold blanks and parentheses itself.
    fields = stat.rpartition(b")")[2].split()
    if fields[0] in b"ZX":
        return None
    return int(fields[19])


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for good: its pid and its start time in clock ticks since boot."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        """Return the process that has this pid now, or None if there is none."""
        started = start_time(pid)
        return None if started is None else cls(pid, started)

    def runs(self) -> bool:
        """Whether this very process runs; a zombie doesn't."""
        return start_time(self.pid) == self.started

    def open(self) -> int | None:
        """Return a pidfd of this very process, or None if it is gone. The caller closes it."""
        try:
            fd = os.pidfd_open(self.pid)
        except OSError:
            return None
        if self.runs():
            return fd
        os.close(fd)
        return None

    def signal(self, number: int) -> bool:
        """Send a signal to this very process and to no successor of its pid; False if it is gone."""
        import signal

        fd = self.open()
        if fd is None:
            return False
        try:
            signal.pidfd_send_signal(fd, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(fd)
        return True

    def age(self) -> float:
        """Return how long the process has been running, in seconds."""
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        return uptime - self.started / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Return the pid and all pids below it."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def private_memory(pid: int) -> int | None:
    """Return a process's private memory in bytes, or None where it can't be read (`man 5 proc`, smaps)."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    private = (line.split() for line in rollup.splitlines() if line.startswith("Private_"))
    return sum(int(fields[1]) for fields in private) * 1024
