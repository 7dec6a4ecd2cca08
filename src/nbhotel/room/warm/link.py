"""The server's end of a nursery."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Protocol

from nbhotel.room.warm.birth import Order
from nbhotel.room.warm.origin import Origin, agree
from nbhotel.room.warm.process import WarmProcess

#: Longer than any fork takes, in seconds; who waits for more gets a cold kernel.
_PATIENCE = 5.0

#: Longer than a nursery takes to begin and to load a site's libraries, in seconds.
_LONG_PATIENCE = 120.0

_LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


class NurseryAway(Exception):
    """The nursery doesn't answer, or not in time."""


class Process(Protocol):
    """The nursery's process."""

    def poll(self) -> int | None:
        """Return None while it runs; reap it after its end."""


class Link:
    """A nursery's address, and what it was made from. All methods may block; they are safe in threads."""

    def __init__(self, control: socket.socket, origin: Origin, *, process: Process) -> None:
        self.origin = origin
        self.asked: list[str] | None = None  # the libraries that it was told to load
        self.libraries: list[str] = []  # those that it has
        self._environment = dict(os.environ)
        self._control = control
        self._process = process

    @classmethod
    def start(cls) -> Link:
        """Start a nursery as a process of its own; raise OSError if that fails."""
        origin = Origin.now()
        ours, theirs = pair()
        with theirs:
            command = [
                sys.executable,
                "-m",
                "nbhotel.room.warm.nursery",
                str(theirs.fileno()),
                str(os.getpid()),
            ]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
            )
        return cls(ours, origin, process=process)

    def load(self, libraries: Sequence[str]) -> dict[str, Any]:
        """Have libraries imported, and return what `nursery` says of it: `failed` and `threads`."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.settimeout(_LONG_PATIENCE)
            self._ask(b"load", theirs)
            _tell(ours, list(libraries))
            said = _hear(ours)
        self.asked = list(libraries)
        self.libraries = [name for name in libraries if name not in said["failed"]]
        return dict(said)

    def birth(self, order: Order, stdout: int, stderr: int) -> WarmProcess:
        """Have a kernel forked. Raises NurseryAway."""
        ours, theirs = socket.socketpair()
        ours.settimeout(_PATIENCE)
        try:
            self._ask(b"kernel", theirs, stdout, stderr)
            pid = _hear(ours)["pid"]
            _tell(ours, asdict(order))
            ours.setblocking(False)
            return WarmProcess(pid, ours)
        except (NurseryAway, OSError) as error:
            ours.close()
            raise NurseryAway(str(error)) from error

    def suits(self, order: Order) -> bool:
        """Return whether a cold kernel would begin as one that is forked here."""
        found = order.environment
        return self.origin.suits(found) and (not self.libraries or agree(found, self._environment))

    def close(self) -> None:
        """Ask for no more kernels: the nursery ends when those that it has have ended."""
        self._control.close()

    def is_alive(self) -> bool:
        """Return whether the nursery runs."""
        return self._process.poll() is None

    def _ask(self, what: bytes, theirs: socket.socket, *descriptors: int) -> None:
        with theirs:
            try:
                socket.send_fds(self._control, [what], [theirs.fileno(), *descriptors])
            except OSError as error:
                raise NurseryAway(str(error)) from error


def pair() -> tuple[socket.socket, socket.socket]:
    """Return the server's and the nursery's end of a connection that keeps messages apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(_PATIENCE)
    return ours, theirs


def order(command: Sequence[str], environment: Mapping[str, str], folder: str) -> Order:
    """Return what a kernel is to be, with the limits that this process has now."""
    limits = [(number, *resource.getrlimit(number)) for number in _LIMITS]
    return Order(list(command), dict(environment), folder, _umask(), limits)


def _umask() -> int:
    # `os.umask` could tell only by changing it, for all threads of the server.
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    return 0o022


def _tell(connection: socket.socket, value: object) -> None:
    try:
        connection.sendall(json.dumps(value).encode() + b"\n")
    except OSError as error:
        raise NurseryAway(str(error) or type(error).__name__) from error


def _hear(connection: socket.socket) -> Any:
    line = b""
    try:
        while not line.endswith(b"\n"):
            part = connection.recv(4096)
            if not part:
                raise NurseryAway("it has ended")
            line += part
    except OSError as error:
        raise NurseryAway(str(error) or type(error).__name__) from error
    return json.loads(line)
