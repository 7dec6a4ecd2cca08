"""A backend that costs next to nothing: answers each request with two bytes, echoes websocket frames.

Run as `python _backend.py unix:PATH` or `python _backend.py tcp:PORT`. One epoll loop that takes every read
of a connection for one whole request or some whole frames, which holds for what the benchmark sends;
nothing else in Python is as fast, and a slow backend would hide the proxy's own cost.
"""

from __future__ import annotations

import base64
import hashlib
import re
import select
import socket
import sys
from pathlib import Path

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_UPGRADE = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: {}\r\n\r\n"
)
_KEY = re.compile(rb"(?i)\r\nsec-websocket-key: *([^\r]+)")
BINARY = 0x82  # a final binary frame
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


def listen(address: str) -> socket.socket:
    """Open `unix:PATH` or `tcp:PORT` on loopback."""
    kind, _, where = address.partition(":")
    if kind == "unix":
        listener = socket.socket(socket.AF_UNIX)
        Path(where).unlink(missing_ok=True)
        listener.bind(where)
        Path(where).chmod(0o666)
    else:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(where)))
    listener.listen(512)
    return listener


def serve(listener: socket.socket) -> None:
    """Answer for ever."""
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    open_ones: dict[int, socket.socket] = {}
    upgraded: set[int] = set()
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                connection = _accept(listener)
                open_ones[connection.fileno()] = connection
                poll.register(connection, select.EPOLLIN)
                continue
            connection = open_ones[number]
            if not _answer(connection, upgraded):
                poll.unregister(number)
                upgraded.discard(number)
                open_ones.pop(number).close()


def _accept(listener: socket.socket) -> socket.socket:
    connection, _ = listener.accept()
    if connection.family == socket.AF_INET:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _answer(connection: socket.socket, upgraded: set[int]) -> bool:
    """Serve what has arrived; return False when the connection is over."""
    try:
        data = connection.recv(65536)
        if not data:
            return False
        if connection.fileno() in upgraded:
            connection.sendall(_unmasked(data))
        elif key := _KEY.search(data):
            upgraded.add(connection.fileno())
            connection.sendall(_handshake(key[1]))
        else:
            connection.sendall(ANSWER)
    except OSError:
        return False
    return True


def _handshake(key: bytes) -> bytes:
    digest = hashlib.sha1(key.strip() + _GUID, usedforsecurity=False).digest()
    return _UPGRADE.format(base64.b64encode(digest).decode()).encode()


def _unmasked(data: bytes) -> bytes:
    """Turn small masked frames (RFC 6455, section 5.2) into the same frames as a server sends them."""
    out = bytearray()
    while data:
        size = data[1] & 0x7F
        mask, payload, data = data[2:6], data[6 : 6 + size], data[6 + size :]
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        out += bytes((BINARY, size))
        out += (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
    return bytes(out)


if __name__ == "__main__":
    serve(listen(sys.argv[1]))
