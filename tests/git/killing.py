"""A program, or one of those that it started, killed by `kill -9` at a random point. Linux only (/proc)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

#: Seconds after which a program that is left has hung.
PATIENCE = 60.0
#: Whom it hits: the program itself, its filter, or any other process that it started (git, a hook, a shell).
VICTIMS = ("git", "filter", "another")


class Hung(AssertionError):
    """A process that should have ended did not."""


class Process(NamedTuple):
    """A running process: its id, and the words of its command line."""

    pid: int
    words: tuple[str, ...]


class Shot(NamedTuple):
    """What a kill hit, and after how many seconds; `victim` is None if everything was over before."""

    command: str
    aim: str
    victim: Process | None
    after: float
    told: str

    def __str__(self) -> str:
        """In a line."""
        hit = " ".join(self.victim.words)[-60:] if self.victim else "nothing"
        return f"{self.command}: {self.aim} after {self.after * 1000:.0f} ms, which was: {hit}"


class Marksman:
    """Kills at random points, and learns how long programs take, so that most shots hit."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._longest: dict[tuple[str, str], float] = {}

    def shoot(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Shot:
        """Start a program, kill one of its processes, and wait until all of them are gone. Raises Hung."""
        aim = self.rng.choice(VICTIMS)
        key = (command[1], aim)
        longest = self._longest.get(key, 0.3)
        after = self.rng.uniform(0, longest)
        with (folder / ".git" / "told").open("w+") as told:
            started = subprocess.Popen(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=told, stderr=told,
                start_new_session=True,
            )  # fmt: skip
            victim = _kill(started, aim, after, self.rng)
            wait(started)
            told.seek(0)
            said = told.read()
        self._longest[key] = longest * (1.1 if victim else 0.8)
        return Shot(" ".join(command), aim, victim, after, said)


def session(leader: int) -> list[Process]:
    """Return the processes of a session that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            process = _process(int(folder.name), leader)
            if process is not None:
                found.append(process)
    return found


def is_filter(process: Process) -> bool:
    """Whether it is our filter process (and not the shell that starts it)."""
    return process.words[-1:] == ("git-filter",)


def _process(pid: int, leader: int) -> Process | None:
    """Source of the fields: proc(5), /proc/pid/stat; the third is the state, the sixth the session."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        return None
    if state in "ZX" or int(fields[2]) != leader:
        return None
    return Process(pid, tuple(os.fsdecode(word) for word in words))


def _kill(started: subprocess.Popen[bytes], aim: str, after: float, rng: random.Random) -> Process | None:
    """Kill what is aimed at, so many seconds after it is there; return it, None if there is nothing."""
    if aim == "filter" and not _until(started, lambda: any(map(is_filter, session(started.pid)))):
        return None
    end = time.monotonic() + after
    if not _until(started, lambda: time.monotonic() >= end):
        return None
    victims = [each for each in session(started.pid) if _is_aimed_at(each, aim, started.pid)]
    if not victims:
        return None
    victim = rng.choice(victims)
    try:
        os.kill(victim.pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return victim


def _is_aimed_at(process: Process, aim: str, leader: int) -> bool:
    if aim == "git":
        return process.pid == leader
    return is_filter(process) if aim == "filter" else process.pid != leader


def _until(started: subprocess.Popen[bytes], reached: Callable[[], bool]) -> bool:
    """Wait for a condition; return False if the program has ended before."""
    while not reached():
        if started.poll() is not None:
            return False
        time.sleep(0.001)
    return True


def wait(started: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while started.poll() is None or session(started.pid):
        if time.monotonic() > end:
            left = session(started.pid)
            for each in left:
                os.kill(each.pid, signal.SIGKILL)
            raise Hung(f"still there after {PATIENCE:.0f} s: {left}")
        time.sleep(0.005)
