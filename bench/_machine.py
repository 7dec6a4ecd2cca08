"""What the benchmarks need of the machine: accounts, memory of processes, and a description of it."""

from __future__ import annotations

import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
#: Built by `bench/setup`: the peer's proxy.
BUILD = ROOT / ".build" / "bench"
#: Every account of a benchmark starts so; nothing else on the machine may.
PREFIX = "nbb-"


@dataclass(frozen=True, slots=True)
class Account:
    """A system account made for a benchmark; ``password`` is what PAM takes."""

    name: str
    password: str
    uid: int
    home: Path


@contextmanager
def accounts(letter: str, count: int) -> Iterator[list[Account]]:
    """Make ``count`` system users `nbb-<letter>001`…, yield them, and remove them with all they own.

    Leftovers of an interrupted run are removed first. Needs root.
    """
    names = [f"{PREFIX}{letter}{number:03}" for number in range(1, count + 1)]
    for leftover in _existing(names):
        _remove_account(leftover)
    try:
        yield [_make_account(name) for name in names]
    finally:
        for name in _existing(names):
            _remove_account(name)


def _existing(names: list[str]) -> list[str]:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return [name for name in names if name in known]


def _make_account(name: str) -> Account:
    password = secrets.token_hex(8)
    _account_tool("useradd", "--create-home", "--shell", "/bin/bash", name)
    subprocess.run(["chpasswd"], input=f"{name}:{password}\n", text=True, check=True)
    entry = pwd.getpwnam(name)
    return Account(name, password, entry.pw_uid, Path(entry.pw_dir))


def _remove_account(name: str) -> None:
    uid = pwd.getpwnam(name).pw_uid
    deadline = time.monotonic() + 10
    while (left := processes_of(uid)) and time.monotonic() < deadline:
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        time.sleep(0.05)
    _account_tool("userdel", "--remove", name)


def _account_tool(*command: str) -> None:
    """Run useradd or userdel; another one may hold the lock of /etc/passwd for a moment."""
    for attempt in range(20):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        if "lock" not in done.stderr or attempt == 19:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        time.sleep(0.25)


def processes_of(uid: int) -> list[psutil.Process]:
    """Return the processes whose real user is ``uid``."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if process.uids().real == uid:
                found.append(process)
    return found


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: ``private`` is Private_Clean + Private_Dirty, ``pss`` the proportional share."""

    private: int
    pss: int


def memory_of(pids: set[int]) -> Memory:
    """Sum `/proc/PID/smaps_rollup` over ``pids``; a process that is gone counts nothing."""
    private = pss = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                key, _, rest = line.partition(":")
                if key in ("Private_Clean", "Private_Dirty"):
                    private += int(rest.split()[0]) * 1024
                elif key == "Pss":
                    pss += int(rest.split()[0]) * 1024
    return Memory(private, pss)


def room_pids(uid: int, shared: set[int]) -> set[int]:
    """Return the pids that exist for one room: its user's, and their ancestors that serve no other room.

    ``shared`` are the pids that ran before any room: the hub, the zygote and everything else. A parent that
    a stack keeps per room, for a PAM session say, is so counted as the room's.
    """
    pids: set[int] = set()
    for process in processes_of(uid):
        pids.add(process.pid)
        with suppress(psutil.NoSuchProcess):
            pids.update(parent.pid for parent in process.parents() if parent.pid not in shared)
    return pids


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def need_root() -> None:
    """Stop with one line unless we may make system users."""
    if os.geteuid() != 0:
        sys.exit("bench: needs root, to make and remove system users (run it with sudo)")


def need(program: str) -> str:
    """Return the path of ``program``, or stop with one line."""
    found = shutil.which(program)
    if found is None:
        sys.exit(f"bench: {program} is missing: run bench/setup")
    return found


def describe() -> dict[str, str]:
    """Say what was measured where: commit, machine, kernel."""
    return {
        "commit": _git("rev-parse", "--short=12", "HEAD")
        + ("+" if _git("status", "--porcelain", "src") else ""),
        "machine": _cpu_model(),
        "cores": str(os.cpu_count()),
        "memory_gb": f"{psutil.virtual_memory().total / 2**30:.1f}",
        "kernel": platform.release(),
    }


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
