"""Runs that could not be written into the database in time, in a file beside it until they can be.

One JSON object a line. What the database can't take when a room closes is not lost with the room.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from nbhotel.journal.store import Journal
from nbhotel.journal.trouble import explained
from nbhotel.journal.values import Run


def put_by(file: str, runs: Iterable[Run]) -> None:
    """Keep runs beside the journal at `file`. Raises JournalError."""
    lines = "".join(f"{json.dumps(run._asdict())}\n" for run in runs)
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with _locked(_name(file)) as stream:
            stream.seek(0, os.SEEK_END)
            stream.write(lines.encode())
    except OSError as error:
        raise explained(_name(file), error) from error


def take_in(journal: Journal) -> int:
    """Write into the journal what was put by, and return how much that was. Raises JournalError."""
    if not os.path.exists(_name(journal.file)):
        return 0
    try:
        with _locked(_name(journal.file)) as stream:
            runs = list(_runs(stream.read()))
            journal.write(runs)
            os.unlink(_name(journal.file))
    except OSError as error:
        raise explained(_name(journal.file), error) from error
    return len(runs)


def _name(file: str) -> str:
    return f"{file}.waiting"


@contextmanager
def _locked(name: str) -> Iterator[IO[bytes]]:
    """Open the file for this process alone; if another one took it away meanwhile, a new one."""
    while True:
        with open(os.open(name, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            if os.path.exists(name) and os.path.samestat(os.fstat(stream.fileno()), os.stat(name)):
                yield stream
                return


def _runs(content: bytes) -> Iterator[Run]:
    for line in content.splitlines():
        try:
            yield Run(**json.loads(line))
        except (ValueError, TypeError):
            continue  # the disk was full in the middle of it
