"""Small tasks that a forked child does for the zygote, and what the zygote asks the kernel about children."""

from __future__ import annotations

import os
import pwd
import socket
from contextlib import suppress
from pathlib import Path

from nbhotel.errors import HotelError
from nbhotel.hotel.layout import Layout, quote_name
from nbhotel.hotel.zygote import pam, wire


def check_password(header: wire.Message, connection: socket.socket, service: str) -> None:
    """Answer whether PAM takes the name and the password (in a short-lived child)."""
    try:
        secrets = wire.take_secrets(connection)
        username = str(header.get("username", ""))
        accepted = pam.authenticate(username, str(secrets.get("password", "")), service)
        answer: wire.Message = {
            "ok": True,
            "accepted": accepted,
            "login": _login(username) if accepted else None,
        }
    except (HotelError, wire.BadMessage, OSError) as error:
        answer = {"ok": False, "error": str(error)}
    with suppress(OSError):
        connection.sendall(wire.encode(answer))


def _login(username: str) -> str:
    """Return the name as the system spells it: a directory service may take several spellings."""
    return pwd.getpwnam(username).pw_name


def end_session(login: str, service: str) -> None:
    """Close a guest's PAM session and leave (in a short-lived child): it does not return."""
    pam.close_session(login, service)
    os._exit(0)


def exit_status(pid: int) -> int | None:
    """Reap a child; return its exit status, negative for a signal, or None for another zygote's child."""
    try:
        _, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return None
    return os.waitstatus_to_exitcode(status)


def has_ended(pid: int) -> bool:
    """Whether a helper has ended; it is reaped by asking."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def home_of(layout: Layout, user: str) -> Path:
    """Return the home of a guest of a hotel without root, where all share one system account."""
    return layout.homes_dir / quote_name(user)
