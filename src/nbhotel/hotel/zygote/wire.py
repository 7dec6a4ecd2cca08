"""Requests and replies on the zygote's socket: one JSON object on a line.

A request is a header line, which the zygote reads, and may be followed by a line with what is secret,
which only the forked child reads: the zygote's memory, which every room inherits, must hold no secret.
"""

from __future__ import annotations

import json
import socket
from typing import Any

#: The longest header and the longest secret line, in bytes.
HEADER_LIMIT = 16 * 1024
SECRET_LIMIT = 1024 * 1024

#: Requests that are followed by a line of secrets.
WITH_SECRETS = frozenset({"start", "authenticate"})

Message = dict[str, Any]


class BadMessage(Exception):
    """What came is no message of this protocol."""


def encode(message: Message) -> bytes:
    """Return a message as one line of JSON."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Return the JSON object on the line; raise BadMessage if it is none."""
    try:
        message = json.loads(line)
    except ValueError as error:
        raise BadMessage("not JSON") from error
    if not isinstance(message, dict):
        raise BadMessage("not an object")
    return message


def take_header(connection: socket.socket) -> Message | None:
    """Take the header from the connection and not one byte more; None while it is incomplete.

    Raise BadMessage if it is too long or no header, or if the peer has gone.
    """
    buffer = bytearray(HEADER_LIMIT)
    try:
        size = connection.recv_into(buffer, HEADER_LIMIT, socket.MSG_PEEK)
        end = buffer.find(b"\n", 0, size)
    finally:
        # Behind the header a secret may have come with it: leave no copy in this process.
        buffer[:] = bytes(HEADER_LIMIT)
    if end < 0:
        if not 0 < size < HEADER_LIMIT:
            raise BadMessage("no header")
        return None
    return decode(connection.recv(end + 1))


def take_secrets(connection: socket.socket) -> Message:
    """Read the line of secrets (in the child); raise BadMessage if it doesn't come whole."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = connection.recv(65536)
        line += chunk
        if not chunk or len(line) > SECRET_LIMIT:
            raise BadMessage("no secrets")
    return decode(line)
