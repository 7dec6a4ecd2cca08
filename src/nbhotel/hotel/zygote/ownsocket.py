"""Rooms whose command binds its socket itself: where it may do so, and who then gets in.

The directory belongs to the guest and hands the proxy's group on to what is made in it (setgid); the
guest's own process opens the socket for the group, so that root touches no path that a guest controls.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from nbhotel.hotel.layout import Layout

_PATIENCE = 60.0  # seconds until a command that binds nothing is given up


def prepare(layout: Layout, user: str, server: str, owner: int, group: int) -> None:
    """Make the guest's directory and let the room's usual address point into it (as root)."""
    own = layout.room_own_socket(user, server)
    own.parent.mkdir(mode=0o700, exist_ok=True)
    if os.getuid() == 0:
        os.chown(own.parent, owner, group, follow_symlinks=False)
    own.parent.chmod(0o2710)
    address = layout.room_socket(user, server)
    address.unlink()
    address.symlink_to(own)
    with suppress(FileNotFoundError):
        own.unlink()


def open_when_bound(own: Path) -> None:
    """Fork a helper (as the guest) that lets the group connect as soon as the socket is there."""
    if os.fork():
        return
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            if own.is_socket():
                own.chmod(0o660)
                break
        time.sleep(0.02)
    os._exit(0)
