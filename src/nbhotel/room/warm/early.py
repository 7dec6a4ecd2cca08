"""A nursery that is forked off before a server has begun, from a process that has loaded all that it needs.

That is how a hotel's room gets one: its pages are those that all rooms share, and the first kernel is warm.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from nbhotel.room.warm import link, nursery, stock
from nbhotel.room.warm.origin import Origin

_origin: list[Origin] = []
_made: list[link.Link] = []


class _Forked:
    """The nursery's process, as `subprocess.Popen` would show it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = False

    def poll(self) -> int | None:
        """Return None while it runs; reap it after its end."""
        if not self._ended:
            self._ended = os.waitpid(self._pid, os.WNOHANG)[0] == self._pid
        return 0 if self._ended else None


def load() -> None:
    """Load what kernels need, before anything else is loaded, and remember what is there now."""
    _origin.append(Origin.now())
    stock.load()


def fork(inherited: Iterable[socket.socket]) -> None:
    """Fork a nursery off, if `load` was called and kernels begin here as they would from nothing.

    `inherited` are this process's sockets, which are none of the nursery's business.
    """
    if not _origin or _has_own_packages():
        return
    server = os.getpid()
    ours, theirs = link.pair()
    pid = os.fork()
    if pid:
        theirs.close()
        _made.append(link.Link(ours, _origin[0], process=_Forked(pid)))
        return
    ours.close()
    for each in inherited:
        each.close()
    os.setsid()
    nursery.live(theirs, server)


def take() -> link.Link | None:
    """Return the nursery that was forked, once."""
    return _made.pop() if _made else None


def _has_own_packages() -> bool:
    """Return whether a new Python would look for packages in the home directory, and this one didn't."""
    if sys.prefix != sys.base_prefix or not sys.flags.no_user_site:
        return False
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return Path.home().joinpath(".local/lib", version, "site-packages").is_dir()
