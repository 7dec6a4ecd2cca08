"""Open the hotel's public sockets: once, before anything drops its rights."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from nbhotel.errors import StateError, UsageError
from nbhotel.hotel.proxy.bind import Bind

#: Connections that wait while the proxy restarts; the kernel caps it at net.core.somaxconn.
BACKLOG = 4096


def open_listeners(bind: Bind) -> list[socket.socket]:
    """Return the listening sockets of ``bind``, in the order of ``bind.addresses``.

    Raises StateError (the port is taken, or needs a right) or UsageError (not an address of this machine).
    """
    opened: list[socket.socket] = []
    try:
        for host, port in bind.addresses:
            opened.append(_listen(host, port))
    except BaseException:
        for listener in opened:
            listener.close()
        raise
    return opened


def _listen(host: str, port: int) -> socket.socket:
    try:
        if ":" in host:
            return socket.create_server((host, port), family=socket.AF_INET6, backlog=BACKLOG)
        if not host and socket.has_dualstack_ipv6():
            return socket.create_server(
                (host, port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG
            )
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        _explain(error, host, port)


def _explain(error: OSError, host: str, port: int) -> NoReturn:
    where = f"bind {host or '*'}:{port}"
    if error.errno == errno.EADDRINUSE:
        raise StateError(
            f"port {port} is taken{_by_whom(port)}", where=where, remedy="stop it, or bind another port"
        ) from None
    if error.errno in {errno.EACCES, errno.EPERM}:
        remedy = f"start as root, or bind a port from {_first_free_port()} up"
        raise StateError(f"no right to open port {port}", where=where, remedy=remedy) from None
    if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
        remedy = "`ip address` lists them; an empty host means all"
        raise UsageError(f"{host} is not an address of this machine", where=where, remedy=remedy) from None
    raise StateError(f"can't listen: {error.strerror or error}", where=where) from error


def _first_free_port() -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    return 1024


def _by_whom(port: int) -> str:
    """Return `` by process 12 (nginx)`` when /proc tells, else ""; see ``man 5 proc``, /proc/[pid]/fd."""
    wanted = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(fd.readlink()) in wanted for fd in (process / "fd").iterdir()):
                name = (process / "comm").read_text().strip()
                return f" by process {process.name} ({name})"
    return ""


def _listening_inodes(port: int) -> Iterator[str]:
    listening = "0A"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == listening and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]
