"""git's objects in the order in which they are needed: it reads the next ones while the last is looked at."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from nbhotel.errors import InputError

if TYPE_CHECKING:
    from subprocess import Popen

    from nbhotel.git.revisions import Repository


class Objects:
    """One `git cat-file --batch` (git-cat-file(1)), which is started when it is first asked."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._process: Popen[bytes] | None = None
        self._asked: deque[str] = deque()
        self._read: dict[str, bytes] = {}

    def ask(self, *names: str) -> None:
        """Let git begin to read what will be taken soon. Ask for few: the pipe must not fill up."""
        new = [name for name in dict.fromkeys(names) if name not in self._asked and name not in self._read]
        if not new:
            return
        if self._process is None:
            self._process = self._repository.start("cat-file", "--batch")
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        self._process.stdin.write("".join(f"{name}\n" for name in new).encode())
        self._process.stdin.flush()
        self._asked.extend(new)

    def take(self, name: str) -> bytes:
        """Return an object's content. Raises InputError if git does not have it."""
        self.ask(name)
        while name not in self._read:
            asked = self._asked.popleft()
            self._read[asked] = self._next(asked)
        return self._read.pop(name)

    def close(self) -> None:
        """Let git end."""
        if self._process is not None:
            with self._process:
                self._process.kill()
            self._process = None

    def _next(self, name: str) -> bytes:
        assert self._process is not None  # noqa: S101 - it was started to be asked
        assert self._process.stdout is not None  # noqa: S101
        head = self._process.stdout.readline().split()
        if len(head) != 3:
            raise InputError("git has no such object", where=name, remedy="is the clone complete?")
        content = self._process.stdout.read(int(head[2]))
        self._process.stdout.read(1)
        return content
