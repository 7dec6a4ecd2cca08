"""When a vault is swept without anybody's doing: once a day, or sooner if it grew, and never two at once.

Beside the vault lies a stamp, a file whose time of change is that of the last sweep, and which says how many
bytes the vault may have, so that the filter of each git command can tell in a moment whether a sweep is due.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO, Literal

_DAY, _PAUSE = 86_400, 600
#: A vault may grow by so much beyond its bound before it is swept again the same day.
_SLACK = 1.25


def is_due(file: str) -> bool:
    """Whether the vault at `file` should be swept now; for the first time a day after the first question."""
    stamp = stamp_of(file)
    try:
        age = abs(time.time() - os.stat(stamp).st_mtime)  # a clock may have been set back
        if age < _PAUSE:
            return False
        return age > _DAY or os.stat(file).st_size > _SLACK * _bound(stamp)
    except FileNotFoundError:
        with suppress(OSError):
            os.close(os.open(stamp, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        pass  # whoever can't see to it can't sweep either
    return False


def stamp_of(file: str) -> str:
    """Return where the stamp of a vault lies."""
    return f"{file}.swept"


def last_sweep(file: str) -> float | None:
    """Return when a vault was swept last, in seconds since the epoch; None if never."""
    try:
        status = os.stat(stamp_of(file))
    except OSError:
        return None
    return status.st_mtime if status.st_size else None


@contextmanager
def only_one(file: str) -> Iterator[bool]:
    """Keep other sweeps of the same vault out; false if there is one. Raises VaultError."""
    from fcntl import LOCK_EX, LOCK_NB, flock

    with _stamp(file, "ab") as stamp:
        try:
            flock(stamp, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def note(file: str, bound: int) -> None:
    """Leave word that the vault was swept just now, and may have `bound` bytes until the next sweep.

    If worktrees need more than that, so be it: sweeping again would change nothing. Raises VaultError.
    """
    with _stamp(file, "wb") as stamp:
        stamp.write(b"%d\n" % max(bound, os.stat(file).st_size))


def start(common: str, environment: Mapping[str, str]) -> None:
    """Start a sweep that goes on by itself when this process, its terminal and git are gone."""
    from subprocess import DEVNULL, Popen

    from nbhotel.git.vault.use import ELSEWHERE

    # Without -P, Python would look for modules in git's directory.
    command = [sys.executable, "-P", "-m", "nbhotel", "vault", "gc", "--auto"]
    alone = {key: value for key, value in environment.items() if key not in ELSEWHERE}
    with suppress(OSError):
        Popen(
            command,
            cwd=common,
            env={**alone, "GIT_DIR": common},
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
        )


def _stamp(file: str, mode: Literal["ab", "wb"]) -> BinaryIO:
    try:
        return open(stamp_of(file), mode)
    except OSError as error:
        from nbhotel.git.vault.trouble import explained

        raise explained(file, error) from None


def _bound(stamp: str) -> int:
    from nbhotel.git.vault.bounds import SIZE

    with open(stamp, encoding="ascii", errors="replace") as file:
        text = file.read(20).strip()
    return int(text) if text.isdecimal() else SIZE
