"""Hashing the passwords of built-in accounts without holding up the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

T = TypeVar("T")

#: bcrypt looks at no more bytes than these, and refuses to pretend that it does.
LONGEST = 72
#: What a hash costs: twice as much for one more. It is bcrypt's default.
ROUNDS = 12

# A hash takes a third of a second of one core. Two at a time, so that a flood of logins leaves room for work.
_WORKERS = ThreadPoolExecutor(2, "passwords")


async def hash_password(password: str) -> bytes:
    """Return the bcrypt hash, with its salt, of a password of at most 72 bytes."""
    return await _off_loop(lambda: bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)))


async def check_password(password: str, hashed: bytes | None) -> bool:
    """Return whether the password is the one that was hashed; without a hash False, after the same time."""
    data = password.encode(errors="replace")
    # Nobody's hash, which no password has, costs as much to check.
    against = hashed or b"$2b$%02d$" % ROUNDS + b"." * 53
    matches = await _off_loop(lambda: bcrypt.checkpw(data[:LONGEST], against))
    return matches and hashed is not None and len(data) <= LONGEST


async def _off_loop(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, work)


def password_problem(name: str, password: str, again: str, *, shortest: int) -> str | None:
    """Return why the password will not do, as a sentence, or None."""
    if password != again:
        return "The two passwords differ."
    if len(password) < shortest:
        return f"The password needs at least {shortest} characters."
    if len(password.encode(errors="replace")) > LONGEST:
        return f"The password is longer than {LONGEST} bytes."
    if len(set(password)) < 4 or (len(name) > 3 and name.lower() in password.lower()):
        return "The password is too easy to guess."
    return None
