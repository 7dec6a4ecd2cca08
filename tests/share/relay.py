"""A connection that can be cut: what stands between a client and a server on the same machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Hands bytes on to a port of this machine."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._closed_until = 0.0
        #: Bytes that came from clients.
        self.sent = 0
        #: Bytes that came from the server.
        self.received = 0
        #: Seconds that each block of up to 64 KiB takes.
        self.delay = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self, seconds: float = 0.0) -> None:
        """End all connections in the middle, and take no new ones for so many seconds."""
        self._closed_until = time.monotonic() + seconds
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._closed_until:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._to))
            self._pairs.append((client, server))
            for source, target, count in ((client, server, self._count_sent), (server, client, self._count)):
                threading.Thread(target=self._pump, args=(source, target, count), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, count: Callable[[int], None]) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 16):
                if self.delay:
                    time.sleep(self.delay)
                target.sendall(block)
                count(len(block))
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it, too
        source.close()

    def _count_sent(self, count: int) -> None:
        self.sent += count

    def _count(self, count: int) -> None:
        self.received += count


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """Stand before a port."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
