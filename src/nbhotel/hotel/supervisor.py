"""The supervisor: starts the hotel's three processes, starts again what dies, and says how they are."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nbhotel.errors import HotelError, StateError
from nbhotel.hotel import probes
from nbhotel.hotel.children import Child, Program
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.logline import log
from nbhotel.hotel.zygote import privileges
from nbhotel.hotel.zygote.processes import Identity

_PR_SET_CHILD_SUBREAPER = 36
_STOP_PATIENCE = 15.0  # seconds until a process that was told to stop is killed
_READY_PATIENCE = 90.0  # seconds for everything to become healthy

#: Stop everything; stop everything but the rooms.
STOP, STOP_KEEPING_ROOMS = signal.SIGTERM, signal.SIGQUIT


def take_lock(layout: Layout) -> int:
    """Lock the state directory for one supervisor; return the descriptor that holds the lock.

    Raise StateError if another hotel runs on it.
    """
    path = layout.run_dir / "lock"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        other = read_state(layout)
        pid = f", pid {other['pid']}" if other else ""
        remedy = "`nbhotel status` shows it, `nbhotel down` stops it, or choose another --state"
        raise StateError(
            f"a hotel runs on this state already{pid}", where=str(layout.state), remedy=remedy
        ) from None
    return fd


def read_state(layout: Layout) -> dict[str, Any] | None:
    """Return what the running supervisor wrote of itself, or None if none runs."""
    try:
        state: dict[str, Any] = json.loads(layout.supervisor_file.read_text())
        return state if Identity(state["pid"], state["started"]).runs() else None
    except (FileNotFoundError, ValueError, KeyError):
        return None
    except OSError as error:
        raise StateError(
            f"the hotel's state can't be read: {error.strerror}", where=str(layout.state)
        ) from error


@dataclass
class Supervisor:
    """Runs the programs of one state directory until it is told to stop."""

    layout: Layout
    programs: Sequence[Program]
    address: str

    def __post_init__(self) -> None:
        self._children = [Child(program) for program in self.programs]
        self._healthy: set[str] = set()
        self._stopping: int | None = None
        self._began = time.monotonic()
        self._wakeup, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)

    def run(self, on_ready: Callable[[], None]) -> int:
        """Start all, call ``on_ready`` once all are healthy, serve until a signal; return the exit code."""
        # Rooms whose zygote dies become ours to reap, instead of a pid 1 that may not care.
        privileges.prctl(_PR_SET_CHILD_SUBREAPER, 1)
        for number in (STOP, STOP_KEEPING_ROOMS, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            self._start_due()
            self._wait_until_healthy()
            if self._stopping is None:
                on_ready()
            while self._stopping is None:
                self._step(1.0)
        finally:
            self._stop()
        return 0

    def _on_signal(self, number: int, _: object) -> None:
        self._stopping = STOP if number in (signal.SIGINT, signal.SIGHUP) else number

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _READY_PATIENCE
        waiting = {child.name for child in self._children}
        while waiting and self._stopping is None:
            self._step(0.05)
            waiting = {name for name in waiting if not probes.healthy(name, self.layout)}
            self._give_up(waiting, deadline)
        self._healthy = {child.name for child in self._children}
        self._write_state()

    def _give_up(self, waiting: set[str], deadline: float) -> None:
        for child in self._children:
            dead = child.name in waiting and child.restarts >= 3
            if dead or (child.name in waiting and time.monotonic() > deadline):
                what = "does not start" if dead else "does not become ready"
                last = probes.last_line(child.program.log)
                raise HotelError(f"the {child.name} {what}: {last}", where=str(child.program.log))

    def _step(self, patience: float) -> None:
        """Sleep until something happens, then reap and start again."""
        waiting = [child for child in self._children if child.process is None and not child.done]
        due = [child.start_at - time.monotonic() for child in waiting]
        select.select([self._wakeup], [], [], max(0.0, min([patience, *due])))
        with suppress(BlockingIOError):
            os.read(self._wakeup, 4096)
        if self._reap() and self._stopping is None:
            self._write_state()
        if self._stopping is None:
            self._start_due()

    def _reap(self) -> bool:
        changed = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return changed
            if pid == 0:
                return changed
            for child in self._children:
                if child.process and child.process.pid == pid:
                    child.ended(status)
                    if not child.done:
                        log("supervisor", f"the {child.name} ended ({_how(status)})")
                    changed = True

    def _start_due(self) -> None:
        for child in self._children:
            if child.due:
                child.start()
                if child.restarts:
                    log("supervisor", f"the {child.name} was started again")
                self._write_state()

    def _stop(self) -> None:
        """Stop the hub first, which writes to its database; then the rooms, if they go too; then the rest."""
        keep_rooms = self._stopping == STOP_KEEPING_ROOMS
        zygote = next(child for child in self._children if child.name == "zygote")
        self._end([child for child in self._children if child is not zygote])
        if not keep_rooms and self._stopping is not None:
            with suppress(OSError, HotelError):
                probes.stop_rooms(self.layout, _STOP_PATIENCE)
        self._end([zygote])
        with suppress(FileNotFoundError):
            self.layout.supervisor_file.unlink()

    def _end(self, children: list[Child]) -> None:
        deadline = time.monotonic() + _STOP_PATIENCE
        for child in children:
            child.signal(signal.SIGTERM)
        while any(child.process for child in children):
            if time.monotonic() > deadline:
                for child in children:
                    child.signal(signal.SIGKILL)
            select.select([self._wakeup], [], [], 0.1)
            with suppress(BlockingIOError):
                os.read(self._wakeup, 4096)
            self._reap()

    def _write_state(self) -> None:
        own = Identity.of(os.getpid())
        state = {
            "pid": os.getpid(),
            "started": own.started if own else 0,
            "address": self.address,
            "ready": bool(self._healthy),
            "processes": {child.name: _describe(child) for child in self._children if not child.program.once},
        }
        draft = self.layout.supervisor_file.with_suffix(".new")
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(state, indent=1))
            draft.replace(self.layout.supervisor_file)
        except OSError as error:  # a full disk is no reason to close the hotel
            log("supervisor", f"its state can't be written: {error.strerror}")


def _describe(child: Child) -> dict[str, Any]:
    process = child.process
    return {
        "pid": process.pid if process else None,
        "started": process.started if process else None,
        "restarts": child.restarts,
        "log": str(child.program.log),
    }


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit status {code}"
