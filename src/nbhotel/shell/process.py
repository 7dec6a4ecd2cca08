"""A person's own shell on a pseudo terminal, which is given cells one after the other."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import termios
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

from nbhotel.errors import InputError, MissingPart
from nbhotel.shell.dialects import line_of, start_of
from nbhotel.shell.marks import Ended, Event, Mark, Marks, Prompt, Started, Text, prefix_of
from nbhotel.shell.waiting import Mode, mode_of, reads_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

#: In memory rather than on a disk: what stands in cells shall leave no trace.
_MEMORY = "/dev/shm"  # noqa: S108 - the folder in it is the user's own (mkdtemp)
_PIECE = 65536


class Shell:
    """A running shell. It never blocks, and is used by one thread.

    `fd` is readable when `read` has something. A cell may be given to it only when it is `ready`.
    """

    def __init__(
        self, program: str, *, cwd: str, environment: Mapping[str, str], size: tuple[int, int] = (24, 80)
    ) -> None:
        """Start `program` in `cwd`, on a terminal of `size` (rows, columns).

        Raises MissingPart if it can't be started.
        """
        from ptyprocess import PtyProcess

        word = secrets.token_hex(8)
        self._folder = _own_folder()
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        start = start_of(program, self._folder, prefix_of(word))
        for name, text in start.files.items():
            _write(f"{self._folder}/{name}", text)
        try:
            self._process = PtyProcess.spawn(
                start.argv, cwd=cwd, env={**environment, **start.variables}, dimensions=size
            )
        except OSError as error:
            self._remove()
            raise MissingPart(
                f"the shell can't be started: {error}", where=program, remedy="name another one"
            ) from error
        self.program = program
        self.fd: int = self._process.fd
        os.set_blocking(self.fd, False)
        self._terminal = _terminal_of(self._process.pid)
        self._marks = Marks(word)
        self._draws = start.draws
        self._typed = self._idle = ""
        #: Has had a cell: what it says before the first is its greeting.
        self._spoken = False
        #: At its prompt; not yet, before the person's own settings have been read.
        self.ready = False
        #: Has been at its prompt.
        self.greeted = False
        self._running = False
        #: The exit status (negative: the signal), once it has ended.
        self.ended: int | None = None

    def run(self, source: str) -> None:
        """Give it a cell. Raises InputError for what no shell can be given."""
        if "\0" in source:
            raise InputError("a cell with a NUL can't be given to a shell", where="terminal cell")
        path = f"{self._folder}/cell"
        _write(path, source + "\n")
        self._spoken, self._typed = bool(self._typed), line_of(self.program, path)
        self.ready = False
        self.write(self._typed)

    def read(self) -> list[Event]:
        """Return what it printed since the last call, without what belongs to no cell.

        Once all is read, `ended` says whether the shell has ended.
        """
        try:
            data = os.read(self.fd, _PIECE)
        except BlockingIOError:
            return []
        except OSError:  # EIO: nobody has the terminal open any more
            data = b""
        if not data:
            self._note_end()
            return []
        return [event for each in self._marks.feed(data) for event in self._passed(each)]

    def write(self, text: str) -> None:
        """Type: into the running program, or at the prompt. What doesn't fit into the terminal is dropped."""
        with suppress(BlockingIOError, OSError):
            os.write(self.fd, text.encode("utf-8", "surrogateescape"))

    def interrupt(self) -> None:
        """Interrupt the program in the foreground, as Ctrl+C does."""
        with suppress(OSError, termios.error):
            modes = termios.tcgetattr(self.fd)
            if modes[3] & termios.ISIG:
                # By the terminal, which may also interrupt programs of other users (sudo).
                os.write(self.fd, modes[6][termios.VINTR])
            else:
                os.killpg(os.tcgetpgrp(self.fd), signal.SIGINT)

    def resize(self, rows: int, columns: int) -> None:
        """Tell the programs how much the terminal shows."""
        with suppress(OSError):
            self._process.setwinsize(rows, columns)

    @property
    def mode(self) -> Mode:
        """What the terminal does with what is typed."""
        return mode_of(self.fd)

    @property
    def waits(self) -> bool:
        """Whether a program waits for input, as well as can be known from outside."""
        return self._running and reads_terminal(self.fd, self._terminal)

    def check(self) -> None:
        """Note the end of a shell whose terminal is still held open, by what it left in the background."""
        if self.ended is None and not self._process.isalive():
            self._note_end()

    def close(self) -> None:
        """End it, and what runs in it. Takes up to half a second."""
        from ptyprocess import PtyProcessError

        with suppress(OSError, PtyProcessError):
            self._process.close(force=True)
        self._remove()
        self._note_end()

    def _passed(self, event: Mark) -> list[Event]:
        if isinstance(event, Started):
            self._running = True
            return [event, *self._between()]
        if isinstance(event, Ended | Prompt):
            was, self._running = self._running, False
            self.ready = isinstance(event, Prompt)
            self.greeted = True
            if not was:  # another prompt, after Ctrl+C at the one before: a cell may wait already
                return []
            with suppress(FileNotFoundError):
                os.unlink(f"{self._folder}/cell")
            return [Ended(event.status)]
        if not self._running:
            self._idle = (self._idle + event.text)[-_PIECE:]
            return []
        return [event]

    def _between(self) -> list[Event]:
        """What came from the background at the prompt, without the line that was typed there."""
        came, self._idle = self._idle, ""
        kept = came.replace(self._typed.replace("\n", "\r\n"), "")
        return [Text(kept)] if kept and self._spoken and not self._draws else []

    def _note_end(self) -> None:
        if self.ended is None:
            with suppress(Exception):  # PtyProcessError if somebody else has waited for it
                self._process.wait()
            signalled = self._process.signalstatus
            self.ended = -signalled if signalled else self._process.exitstatus or 0
            self.ready = self._running = False
            self._remove()


def login_shell() -> str:
    """Return the path of the user's own shell."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_shell or "/bin/sh"
    except KeyError:  # a user without an entry, as in some containers
        return "/bin/sh"


def _own_folder() -> str:
    where = _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None
    return tempfile.mkdtemp(prefix="nbhotel-", dir=where)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)


def _terminal_of(pid: int) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/fd/0")
    return ""
