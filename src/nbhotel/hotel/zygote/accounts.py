"""Which system accounts may have a room, and where their room lives."""

from __future__ import annotations

import mmap
import os
import pwd
import re
import time
from dataclasses import dataclass
from pathlib import Path

from nbhotel.errors import HotelError

#: Where a useful PATH of a login shell begins, after the room's own environment.
LOGIN_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"

#: systemd's dynamic users, and nobody (https://systemd.io/UIDS-GIDS). Directory services use uids above.
_SYSTEM_UIDS = range(61184, 65536)


@dataclass(frozen=True, slots=True)
class Account:
    """Who a room runs as. ``name`` is the hotel's name of the guest, ``login`` the system's."""

    name: str
    login: str
    uid: int
    gid: int
    home: Path
    shell: str


def system_account(name: str) -> Account:
    """Return the ordinary system account ``name``; raise HotelError for any other kind of name."""
    try:
        entry = pwd.getpwnam(name)
    except (KeyError, ValueError) as error:
        raise HotelError(f"there is no system account {name!r}", remedy=f"adduser {name!r}") from error
    account = Account(name, entry.pw_name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir), entry.pw_shell)
    reason = _refusal(account)
    if reason:
        raise HotelError(f"the account {name!r} gets no room: {reason}")
    return account


def own_account(name: str, home: Path) -> Account:
    """Return this process's own account for the guest ``name`` of a hotel without root."""
    entry = pwd.getpwuid(os.getuid())
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Account(name, entry.pw_name, entry.pw_uid, entry.pw_gid, home, entry.pw_shell or "/bin/sh")


def check_home(account: Account) -> None:
    """Raise HotelError unless the account's home directory is there and its own."""
    try:
        info = account.home.stat()
    except OSError as error:
        reason = f"the home directory {account.home} of {account.name} can't be used: {error.strerror}"
        raise HotelError(reason, remedy="an administrator of this machine can create it") from error
    if not account.home.is_dir() or info.st_uid != account.uid:
        raise HotelError(
            f"the home directory {account.home} does not belong to {account.name}",
            remedy=f"an administrator can run: chown {account.login}: {account.home}",
        )


def _refusal(account: Account) -> str:
    if account.uid == 0:
        return "it is root"
    if account.uid < _lowest_uid() or account.uid in _SYSTEM_UIDS:
        return f"its uid {account.uid} is none of an ordinary user (UID_MIN in /etc/login.defs)"
    if account.shell not in _login_shells():
        return f"its shell {account.shell or '(none)'} is not in /etc/shells"
    return _lock(account.login)


def _lowest_uid() -> int:
    try:
        lines = Path("/etc/login.defs").read_text().splitlines()
    except OSError:
        lines = []
    values = [fields[1] for fields in map(str.split, lines) if fields[:1] == ["UID_MIN"] and len(fields) > 1]
    return int(values[-1]) if values and values[-1].isdigit() else 1000


def _login_shells() -> set[str]:
    try:
        lines = Path("/etc/shells").read_text().splitlines()
    except OSError:
        return {"/bin/sh", "/bin/bash"}
    never = ("nologin", "false")
    return {line.strip() for line in lines if line.startswith("/") and not line.strip().endswith(never)}


def _lock(login: str) -> str:
    """Return why the account is locked, or nothing; one of NSS elsewhere has no entry (`man 5 shadow`).

    The file is mapped and searched in place: rooms inherit this process's memory, so that no line of it, with
    other people's hashes, may be copied here.
    """
    pattern = rb"(?m)^%b:(!?)[^:\n]*:(?:[^:\n]*:){5}(\d*):" % re.escape(os.fsencode(login))
    try:
        with (
            Path("/etc/shadow").open("rb", buffering=0) as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines,
        ):
            found = re.search(pattern, lines)  # its groups: the lock and the day, never the hash
            locked, day = (found[1], found[2]) if found else (b"", b"")
            del found  # it would keep the file mapped
    except (OSError, ValueError):
        return ""
    if locked:
        return "it is locked"
    return "it has expired" if day and int(day) * 86400 < time.time() else ""
