"""git's packet lines: four hexadecimal digits of length, then so many bytes less four; "0000" is a flush.

Source: gitprotocol-common(5) and, for the long-running filter protocol, gitattributes(5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from nbhotel.errors import InputError

FLUSH = b"0000"
#: The longest payload of one packet.
MAX_PAYLOAD = 65516


class ProtocolError(InputError):
    """The other side does not speak the protocol."""


def read_packet(stream: BinaryIO) -> bytes | None:
    """Return one packet's payload; None for a flush.

    Raises EOFError if the other side went away, be it in the middle of a packet, and ProtocolError.
    """
    head = _read(stream, 4)
    try:
        size = int(head, 16)
    except ValueError:
        raise ProtocolError(f"no packet: {head!r}") from None
    if size == 0:
        return None
    if size < 4:
        raise ProtocolError(f"no packet: {head!r}")
    return _read(stream, size - 4)


def _read(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def read_until_flush(stream: BinaryIO) -> Iterator[bytes]:
    """Yield payloads up to the next flush."""
    while (payload := read_packet(stream)) is not None:
        yield payload


def write_packets(stream: BinaryIO, payloads: Iterable[bytes]) -> None:
    """Write short payloads, then a flush."""
    stream.write(b"".join(b"%04x%b" % (len(payload) + 4, payload) for payload in payloads) + FLUSH)


def write_content(stream: BinaryIO, content: bytes) -> None:
    """Write a content of any length, cut into packets, then a flush."""
    for start in range(0, len(content), MAX_PAYLOAD):
        part = content[start : start + MAX_PAYLOAD]
        stream.write(b"%04x" % (len(part) + 4))
        stream.write(part)
    stream.write(FLUSH)
