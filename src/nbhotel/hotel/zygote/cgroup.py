"""Limits of memory and processor time through cgroups: v2, or v1 where its controllers are writable.

Sources: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the Linux kernel.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PERIOD = 100_000  # microseconds, the kernel's default period of processor time
_OURS = "nbhotel"


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory in bytes and processor time in cores; None means no limit."""

    memory: int | None = None
    cpu: float | None = None

    def __bool__(self) -> bool:
        return self.memory is not None or self.cpu is not None


@dataclass(frozen=True, slots=True)
class Cgroups:
    """Where rooms get their cgroups: a directory per controller (v1), or one for all (v2)."""

    version: int
    memory: Path | None
    cpu: Path | None

    def join(self, room: str, limits: Limits) -> None:
        """Put the calling process into the room's cgroup with these limits; raise OSError if refused."""
        for directory in self._directories(room):
            directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        write = _write_v2 if self.version == 2 else _write_v1
        if self.memory:
            write(self.memory / room, limits, "memory")
        if self.cpu:
            write(self.cpu / room, limits, "cpu")
        for directory in self._directories(room):
            (directory / "cgroup.procs").write_text(str(os.getpid()))

    def pids(self, room: str) -> set[int]:
        """Return the pids of all that runs in the room's cgroup."""
        return {pid for directory in self._directories(room) for pid in _pids(directory)}

    def clear(self, room: str) -> None:
        """Kill what is left in the room's cgroup and remove it; what can't be removed stays."""
        for directory in self._directories(room):
            for _ in range(50):
                for pid in _pids(directory):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                try:
                    directory.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError as error:
                    if error.errno != errno.EBUSY:
                        break
                    time.sleep(0.002)  # the kernel takes a moment to let go of killed processes

    def _directories(self, room: str) -> Iterator[Path]:
        bases = dict.fromkeys(base for base in (self.memory, self.cpu) if base)
        return (base / room for base in bases)


def find() -> Cgroups | None:
    """Return where this process may make cgroups that limit rooms, or None. Makes the parent directory."""
    return _find_v2() or _find_v1()


def unsupported(limits: Limits, cgroups: Cgroups | None) -> str:
    """Return why these limits can't be enforced here, or an empty string."""
    if limits.memory is not None and not (cgroups and cgroups.memory):
        return "the memory limit can't be enforced: no memory cgroup is writable here"
    if limits.cpu is not None and not (cgroups and cgroups.cpu):
        return "the CPU limit can't be enforced: no cpu cgroup is writable here"
    return ""


def _find_v2() -> Cgroups | None:
    root = Path("/sys/fs/cgroup")
    own = _own_path("")
    if not (root / "cgroup.controllers").exists() or own is None:
        return None
    parent = root / own.lstrip("/")
    try:
        if _is_delegated(parent):
            _become_leaf(parent)
        else:
            # Not ours to divide: as root, our directory stands beside systemd's slices instead.
            parent = root
        _enable(parent)
        base = parent / _OURS
        base.mkdir(mode=0o755, exist_ok=True)
        _enable(base)
        controllers = (base / "cgroup.subtree_control").read_text().split()
    except OSError:
        return None
    memory = base if "memory" in controllers else None
    cpu = base if "cpu" in controllers else None
    return Cgroups(2, memory, cpu) if memory or cpu else None


def _is_delegated(directory: Path) -> bool:
    """Whether systemd gave us this subtree (https://systemd.io/CGROUP_DELEGATION)."""
    try:
        return os.getxattr(directory, "user.delegate") == b"1"
    except OSError:
        return False


def _become_leaf(parent: Path) -> None:
    """Move this process one level down: in v2 only leaves may hold processes once controllers are on."""
    leaf = parent / "zygote"
    leaf.mkdir(exist_ok=True)
    _write(leaf / "cgroup.procs", str(os.getpid()))


def _enable(parent: Path) -> None:
    available = (parent / "cgroup.controllers").read_text().split()
    wanted = [f"+{name}" for name in ("memory", "cpu") if name in available]
    (parent / "cgroup.subtree_control").write_text(" ".join(wanted))


def _find_v1() -> Cgroups | None:
    memory = _v1_base("memory")
    cpu = _v1_base("cpu")
    return Cgroups(1, memory, cpu) if memory or cpu else None


def _v1_base(controller: str) -> Path | None:
    own = _own_path(controller)
    mount = Path("/sys/fs/cgroup") / controller
    if own is None or not mount.is_dir():
        return None
    base = mount / own.lstrip("/") / _OURS
    try:
        base.mkdir(mode=0o755, exist_ok=True)
    except OSError:
        return None
    return base if os.access(base, os.W_OK) else None


def _own_path(controller: str) -> str | None:
    """Return this process's path in a v1 controller's hierarchy, or in v2's for an empty name."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(",") if controller else not names:
            return path
    return None


def _write_v2(directory: Path, limits: Limits, controller: str) -> None:
    if controller == "memory":
        _write(directory / "memory.max", "max" if limits.memory is None else str(limits.memory))
        if limits.memory is not None:
            with suppress(FileNotFoundError):  # a kernel without swap accounting
                _write(directory / "memory.swap.max", "0")
    else:
        quota = "max" if limits.cpu is None else str(int(limits.cpu * _PERIOD))
        _write(directory / "cpu.max", f"{quota} {_PERIOD}")


def _write_v1(directory: Path, limits: Limits, controller: str) -> None:
    if controller == "memory":
        if limits.memory is not None:
            _write(directory / "memory.limit_in_bytes", str(limits.memory))
            with suppress(OSError):  # a kernel without swap accounting
                _write(directory / "memory.memsw.limit_in_bytes", str(limits.memory))
    else:
        quota = -1 if limits.cpu is None else int(limits.cpu * _PERIOD)
        _write(directory / "cpu.cfs_period_us", str(_PERIOD))
        _write(directory / "cpu.cfs_quota_us", str(quota))


def _write(path: Path, value: str) -> None:
    # Not Path.write_text: it would create a file where the kernel offers none (on a plain directory).
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)


def _pids(directory: Path) -> list[int]:
    try:
        return [int(pid) for pid in (directory / "cgroup.procs").read_text().split()]
    except OSError:
        return []
