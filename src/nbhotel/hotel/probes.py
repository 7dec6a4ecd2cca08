"""Is it healthy? Short questions to the hotel's processes over their unix sockets, without asyncio."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time
from pathlib import Path
from typing import Any

from nbhotel.errors import HotelError
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.static import published
from nbhotel.hotel.zygote import wire
from nbhotel.unixhttp import UnixConnection

#: Seconds.
TIMEOUT = 2.0


def healthy(name: str, layout: Layout) -> bool:
    """Whether the `zygote`, `hub` or `proxy` answers, or the `static` files are where they are served."""
    try:
        if name == "static":
            return published(layout)
        if name == "zygote":
            return bool(ask_zygote(layout, "ping")["ok"])
        if name == "hub":
            return get(layout.hub_socket, "/hub/api/") == 200
        return get(sockets(layout)["proxy"], "/") == 200
    except (OSError, http.client.HTTPException, HotelError, wire.BadMessage):
        return False


def sockets(layout: Layout) -> dict[str, Path]:
    """Return the unix socket of each of the hotel's processes."""
    return {
        "hub": layout.hub_socket,
        "proxy": layout.proxy_run_dir / "health.sock",
        "zygote": layout.zygote_socket,
    }


def listener(path: Path) -> int | None:
    """Return the pid of the process that listens on a socket, or None (`man 7 unix`, SO_PEERCRED)."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT)
            connection.connect(str(path))
            return int(
                struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
            )
    except OSError:
        return None


def get(path: Path, url: str) -> int:
    """Return the status of a GET over a unix socket."""
    connection = UnixConnection(path, TIMEOUT)
    try:
        connection.request("GET", url)
        return connection.getresponse().status
    finally:
        connection.close()


def ask_zygote(layout: Layout, op: str, *, timeout: float = TIMEOUT, **fields: Any) -> dict[str, Any]:
    """Send the zygote one request without secrets; raise HotelError if it refuses, OSError if it is away."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        connection.connect(str(layout.zygote_socket))
        connection.sendall(wire.encode({"op": op, **fields}))
        with connection.makefile("rb") as lines:
            reply = wire.decode(lines.readline())
    if not reply.get("ok"):
        raise HotelError(str(reply.get("error")))
    return reply


def stop_rooms(layout: Layout, patience: float) -> None:
    """Ask the zygote to stop all rooms and wait for it; kill what is left after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    ask_zygote(layout, "stop-all")
    while ask_zygote(layout, "ping")["rooms"]:
        if time.monotonic() > deadline:
            ask_zygote(layout, "stop-all", now=True)
            deadline = time.monotonic() + patience
        time.sleep(0.1)


def last_line(log: Path) -> str:
    """Return the last line of a log that says something: what a process died of."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
    except OSError:
        return "its log is empty"
    said = [line for line in lines if line]
    if not said:
        return "its log is empty"
    try:  # Caddy logs JSON
        return str(json.loads(said[-1]).get("msg", said[-1]))
    except (ValueError, AttributeError):
        return said[-1]
