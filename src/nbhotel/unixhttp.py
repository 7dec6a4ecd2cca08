"""HTTP over a unix socket, with the standard library's client."""

from __future__ import annotations

import http.client
import os
import socket


class UnixConnection(http.client.HTTPConnection):
    """A connection to the server behind a socket."""

    def __init__(self, path: str | os.PathLike[str], timeout: float) -> None:
        """`timeout` is in seconds."""
        super().__init__("localhost", timeout=timeout)
        self._path = os.fspath(path)

    def connect(self) -> None:
        """Connect to the socket instead of a TCP address. Raises OSError."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
