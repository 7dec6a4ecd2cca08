"""Cleaning ahead: while git waits for one notebook, other processes clean those that it will ask for next.

Which these are is guessed, carefully: only when git went through notebooks in the worktree's order does the
number of those that are cleaned ahead grow, and one that git leaves out ends it. A guess counts for nothing
but time: what was made ahead is used if the file had the very content that git sends, and the vault gets
nothing before git has asked.
"""

from __future__ import annotations

import marshal
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from mmap import mmap
from typing import Any, BinaryIO

from nbhotel.git.filter.cleaning import Cleaned
from nbhotel.git.filter.following import following
from nbhotel.git.filter.process import widen

#: Files that are cleaned ahead, and processes that do it, at most.
_FARTHEST, _MOST = 16, 4
#: Bytes; larger files wait until git asks for them.
_LARGEST = 16_000_000
#: Bytes of a message's length.
_LENGTH = 8

#: Cleans a file, given its path and content; None leaves it to whom git asked.
Clean = Callable[[str, bytes], "Cleaned | None"]


class Ahead:
    """What may have been cleaned by the time that git asks for it."""

    def __init__(self, top: str, start: Callable[[], Clean], processes: int | None = None) -> None:
        """`top` is the root of the worktree; `start` is called in each process that is to clean files."""
        self._top = top
        self._start = start
        self._far = 0
        self._coming: deque[tuple[str, _Worker | None]] = deque()
        self._names: Iterator[str] = iter(())
        self._workers: list[_Worker] = []
        self._turn = 0
        self._over = mmap(-1, 1)
        self._number = _processes() if processes is None else processes

    def cleaned(self, path: str, content: bytes) -> Cleaned | None:
        """Return what was made of a file for which git asks now; None if nothing was."""
        if not self._number:
            return None
        worker = self._found(path)
        try:
            self._send()
            return worker.answer(path, content) if worker else None
        except (OSError, EOFError, ValueError):
            self._number = 0
            return None

    def close(self) -> None:
        """End the processes, and wait for them."""
        self._over[0] = 1
        while self._workers:
            self._workers.pop().close()

    def _found(self, path: str) -> _Worker | None:
        """Return who cleans this file ahead, and see how good the guesses are."""
        if all(name != path for name, _ in self._coming):
            self._coming.clear()
            self._names, self._far = following(self._top, path), 0
            return None
        while True:
            name, worker = self._coming.popleft()
            if name == path:
                self._far = min(2 * self._far + 1, _FARTHEST)
                return worker
            self._far = 0

    def _send(self) -> None:
        """Have the next ones cleaned, as far ahead as was good so far; one name more is there to compare."""
        sent = sum(worker is not None for _, worker in self._coming)
        for place in range(max(1, self._far)):
            if place == len(self._coming):
                name = next(self._names, "")
                if not name:
                    return
                self._coming.append((name, None))
            if sent <= place < self._far:
                self._coming[place] = (self._coming[place][0], self._next_worker(self._coming[place][0]))

    def _next_worker(self, path: str) -> _Worker:
        if len(self._workers) < self._number:
            self._workers.append(_Worker(self._top, self._start, self._over, self._workers))
        worker = self._workers[self._turn % len(self._workers)]
        self._turn += 1
        worker.ask(path)
        return worker


class _Worker:
    """A process that cleans files, one after the other."""

    def __init__(self, top: str, start: Callable[[], Clean], over: mmap, others: list[_Worker]) -> None:
        asked, self._asks = _pipe()
        self._answers, answered = _pipe()
        self._process = os.fork()
        if self._process:
            asked.close()
            answered.close()
            return
        with suppress(BaseException):  # whatever happens here, nobody else's work goes on in this process
            for ours in (self, *others):
                ours._asks.close()
                ours._answers.close()
            _leave_git()
            _serve(top, start(), over, asked, answered)
        os._exit(0)

    def ask(self, path: str) -> None:
        """Have a file cleaned. Raises OSError."""
        _write(self._asks, path)

    def answer(self, path: str, content: bytes) -> Cleaned | None:
        """Return what was made of a file, if this was its content. Raises OSError, EOFError, ValueError."""
        while True:  # there may be answers that nobody waited for
            name, read, cleaned = _read(self._answers)
            if name == path:
                return Cleaned(*cleaned) if cleaned is not None and read == content else None

    def close(self) -> None:
        """Let it end, and wait for that."""
        with suppress(OSError):  # it has ended
            self._asks.close()
        self._answers.close()
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def _processes() -> int:
    """As many as there are processors for; one alone gains nothing. Other systems than Linux may not fork."""
    if not hasattr(os, "sched_getaffinity"):
        return 0
    number = len(os.sched_getaffinity(0))
    return min(number, _MOST) if number > 1 else 0


def _leave_git() -> None:
    """Let git see the end of its own filter, whatever this process does; nothing is printed from here."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _serve(top: str, clean: Clean, over: mmap, asked: BinaryIO, answered: BinaryIO) -> None:
    while True:
        path = _read(asked)
        if over[0]:
            return
        content = _content(f"{top}/{path}")
        cleaned = None if content is None else clean(path, content)
        _write(answered, (path, content, None if cleaned is None else tuple(cleaned)))


def _content(file: str) -> bytes | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as opened:
            return opened.read() if os.fstat(descriptor).st_size <= _LARGEST else None
    except OSError:
        return None


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    ends = os.pipe()
    widen(ends[0])
    return open(ends[0], "rb"), open(ends[1], "wb")


def _write(stream: BinaryIO, value: Any) -> None:
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def _read(stream: BinaryIO) -> Any:
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    data = stream.read(int.from_bytes(length, "big"))
    return marshal.loads(data)  # noqa: S302 - from a process of ours
