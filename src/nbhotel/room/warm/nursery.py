"""The nursery: a process with everything loaded that a kernel needs, which forks kernels when asked.

It has one thread and neither an event loop nor a ZMQ context, so that a fork has nothing to repair. Only the
server that it belongs to can speak to it, over a pair of sockets that has no name::

    server -> nursery    b"kernel" with the descriptors (birth, stdout, stderr), or b"load" with (answer)
    nursery -> server    on `birth`: {"pid": N}
    server -> child      on `birth`: a line of JSON, what `birth.Order` has
    nursery -> server    on `birth`: {"status": S}, once the kernel has ended
    server -> nursery    closes `birth`: nobody will signal that pid any more, it may be reaped

Without an order the child ends: a server that has waited for too long has started a cold kernel instead.
A kernel that has ended stays unreaped until the server lets go of it: its pid can't be another process's.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from nbhotel.room.warm import birth, stock

#: How many bytes a request has at most, and how many descriptors come with it.
_REQUEST, _DESCRIPTORS = 16, 3


@dataclass(frozen=True, slots=True, eq=False)
class _Child:
    pid: int
    pidfd: int
    server: socket.socket


class Nursery:
    """The loop; `run` returns in each forked child, with what to become."""

    def __init__(self, control: socket.socket, server: int) -> None:
        self._control = control
        self._server = os.pidfd_open(server)
        self._children: set[_Child] = set()
        self._open = True
        self._selector = selectors.PollSelector()
        self._born: birth.Birth | None = None
        self._watch(self._server, lambda: os._exit(0))  # kernels end when their parent does
        self._watch(control.fileno(), self._asked)

    def run(self) -> birth.Birth | None:
        """Serve until the server wants no more and the last kernel has ended; None means that."""
        while self._open or self._children:
            for key, _ in self._selector.select():
                if key.fd in self._selector.get_map():
                    key.data()
                if self._born:
                    return self._born
        return None

    def _watch(self, descriptor: int, action: Callable[[], None]) -> None:
        self._selector.register(descriptor, selectors.EVENT_READ, action)

    def _asked(self) -> None:
        request, descriptors, _, _ = socket.recv_fds(self._control, _REQUEST, _DESCRIPTORS)
        if not request:
            self._selector.unregister(self._control.fileno())
            self._control.close()
            self._open = False
            return
        connection = socket.socket(fileno=descriptors[0])
        if request == b"load":
            with connection:
                _answer(connection, _load(connection))
        else:
            self._fork(connection, *descriptors[1:])

    def _fork(self, connection: socket.socket, out: int, err: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        nursery = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._forget()
            self._born = birth.Birth(nursery, connection, out, err)
            return
        os.close(out)
        os.close(err)
        child = _Child(pid, os.pidfd_open(pid), connection)
        self._children.add(child)
        self._watch(child.pidfd, lambda: self._ended(child))
        _answer(connection, {"pid": pid})

    def _forget(self) -> None:
        """Close in the child what belongs to the nursery."""
        self._selector.close()
        os.close(self._server)
        if self._open:
            self._control.close()
        for child in self._children:
            os.close(child.pidfd)
            child.server.close()

    def _ended(self, child: _Child) -> None:
        self._selector.unregister(child.pidfd)
        result = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if result:
            status = result.si_status if result.si_code == os.CLD_EXITED else -result.si_status
            _answer(child.server, {"status": status})
        self._watch(child.server.fileno(), lambda: self._released(child))

    def _released(self, child: _Child) -> None:
        self._selector.unregister(child.server.fileno())
        child.server.close()
        os.close(child.pidfd)
        os.waitpid(child.pid, 0)
        self._children.discard(child)


def _answer(connection: socket.socket, value: object) -> None:
    with suppress(OSError):  # a server that has gone needs no answer
        connection.sendall(json.dumps(value).encode() + b"\n")


def _load(connection: socket.socket) -> dict[str, object]:
    """Import libraries; return why some could not be, and which of them, if any, leaves threads behind."""
    failed: dict[str, str] = {}
    threads = ""
    for name in json.loads(birth.read_line(connection)):
        try:
            with stock.noticing_variables():
                importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - a library may raise anything
            failed[name] = f"{type(error).__name__}: {error}"
        if _leaves_threads():
            threads = name
            break
    gc.collect()
    gc.freeze()  # the collector writes to what it visits, and a page that is written to is shared no more
    return {"failed": failed, "threads": threads}


def _leaves_threads() -> bool:
    """Return whether there are threads that a fork would cut off.

    OpenBLAS, numpy's, ends its own before a fork and has them again when they are used: hence the trial.
    """
    if _threads() > 1:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    return _threads() > 1


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def live(control: socket.socket, server: int) -> None:
    """Be the nursery of the process `server`; a forked child becomes a kernel. Never returns."""
    birth.entitle("nbhotel: nursery of kernels")
    born = Nursery(control, server).run()
    if born is None:
        os._exit(0)
    birth.become_kernel(born)


def main() -> None:
    """`python -m nbhotel.room.warm.nursery FD PID`: the socket's descriptor, and the server's pid."""
    if sys.path and not sys.flags.safe_path:
        del sys.path[0]  # the folder that the server was started in
    stock.load()
    live(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    main()
