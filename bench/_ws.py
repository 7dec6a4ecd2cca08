"""Websocket echoes over many connections from one epoll loop, with the time of each."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path

PAYLOAD = b"x" * 60
#: A final binary frame of a client (RFC 6455, section 5.2), masked with zeros: it is sent as it is.
FRAME = bytes((0x82, 0x80 | len(PAYLOAD))) + bytes(4) + PAYLOAD
ECHO = bytes((0x82, len(PAYLOAD))) + PAYLOAD


def connect(address: str, path: str) -> socket.socket:
    """Open a websocket at `unix:PATH` or `tcp:PORT` on loopback."""
    kind, _, where = address.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(Path(where)))
    else:
        connection = socket.create_connection(("127.0.0.1", int(where)))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(10)
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bmJob3RlbC1iZW5jaC0wMA==\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            raise ConnectionError(f"no websocket at {address}{path}: {head!r}")
        head += more
    if not head.startswith(b"HTTP/1.1 101"):
        raise ConnectionError(f"no websocket at {address}{path}: {head.splitlines()[0]!r}")
    return connection


def flat_out(connections: list[socket.socket], seconds: float) -> list[float]:
    """Keep one frame in flight on every connection; return the seconds that each echo took."""
    poll = select.epoll()
    by_number = {connection.fileno(): connection for connection in connections}
    sent: dict[int, float] = {}
    took: list[float] = []
    for number, connection in by_number.items():
        poll.register(number, select.EPOLLIN)
        sent[number] = time.perf_counter()
        connection.sendall(FRAME)
    end = time.perf_counter() + seconds
    while sent:
        for number, _ in poll.poll(10):
            _receive(by_number[number])
            now = time.perf_counter()
            took.append(now - sent.pop(number))
            if now < end:
                sent[number] = now
                by_number[number].sendall(FRAME)
    poll.close()
    return took


def paced(connections: list[socket.socket], seconds: float, per_second: float) -> list[float]:
    """Send one frame at a time, on each connection in turn, ``per_second`` in all; return what each took."""
    took: list[float] = []
    began = time.perf_counter()
    for number in range(int(seconds * per_second)):
        time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        connection = connections[number % len(connections)]
        sent = time.perf_counter()
        connection.sendall(FRAME)
        _receive(connection)
        took.append(time.perf_counter() - sent)
    return took


def _receive(connection: socket.socket) -> None:
    got = connection.recv(4096)
    while len(got) < len(ECHO):
        more = connection.recv(4096)
        if not more:
            raise ConnectionError("the websocket was closed")
        got += more
    if got != ECHO:
        raise ConnectionError(f"not the echo: {got!r}")
