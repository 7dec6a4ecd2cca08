"""Becoming another user for good, and making sure of it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from nbhotel.errors import HotelError
from nbhotel.hotel.zygote.accounts import Account

_PR_SET_DUMPABLE = 4
_PR_SET_PDEATHSIG = 1


def become(account: Account) -> None:
    """Turn this process from root into ``account``; raise HotelError if anything of root is left.

    Groups go first, since without root they can't be set any more, and every step is verified: an
    incomplete drop that went unnoticed has been a security hole of spawners before.
    """
    if os.getuid() == account.uid:
        return
    os.initgroups(account.login, account.gid)
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    _verify(account)
    # After setuid the kernel gives /proc/PID to root; debuggers and monitors of the guest need their own.
    prctl(_PR_SET_DUMPABLE, 1)


def _verify(account: Account) -> None:
    expected = set(os.getgrouplist(account.login, account.gid))
    complete = (
        set(os.getresuid()) == {account.uid}
        and set(os.getresgid()) == {account.gid}
        and set(os.getgroups()) <= expected
        and not _can_return_to_root()
        and not _has_capabilities()
    )
    if not complete:
        raise HotelError(f"the room of {account.name} could not give up root's rights")


def _can_return_to_root() -> bool:
    try:
        os.setuid(0)
    except PermissionError:
        return False
    return True


def _has_capabilities() -> bool:
    with Path("/proc/self/status").open() as status:
        sets = [line.split()[1] for line in status if line.startswith(("CapPrm", "CapEff", "CapAmb"))]
    return any(int(capabilities, 16) for capabilities in sets)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process a signal when its parent dies (`man 2 prctl`, PR_SET_PDEATHSIG)."""
    prctl(_PR_SET_PDEATHSIG, signal_number)


def prctl(option: int, argument: int) -> None:
    """Call `prctl`; raise OSError if the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, argument, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
