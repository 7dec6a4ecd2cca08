"""`%%terminal`: a cell for a shell that lives as long as the kernel, in any front end of IPython.

The same shell as that of terminal cells (`nbhotel.shell`), as a child of the kernel. What the programs print
is the cell's output as it comes; the front end knows colours and carriage returns. Where a program waits for
input, the front end is asked for it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbhotel.shell.marks import Ended, Text
from nbhotel.shell.process import Shell, login_shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

    from nbhotel.shell.marks import Event

#: Seconds of silence after which is looked whether a program waits for input.
_SILENCE = 0.1

_shells: dict[int, Shell] = {}


def terminal(ip: InteractiveShell, source: str) -> None:
    """Run a cell in the shell of this process; the first one starts it in the working directory.

    The exit status is in `_exit_code`, as after `!`; the cell shows it if it is not 0. Raises MissingPart
    and InputError of `Shell`, and KeyboardInterrupt if the cell was interrupted.
    """
    # By process: a kernel that was forked off must not use the shell of the one that it comes from.
    shell = _shells.get(os.getpid())
    if shell is None or shell.ended is not None:
        shell = _shells[os.getpid()] = Shell(login_shell(), cwd=os.getcwd(), environment=os.environ)
    run = _Run(shell)
    try:
        run.to_end(source)
    finally:
        run.flush()
        ip.user_ns["_exit_code"] = run.status
    if shell.ended is not None:
        sys.stdout.write(f"[the shell has ended, status {shell.ended}; the next cell gets a new one]\n")
        shell.close()
    elif run.status:
        sys.stdout.write(f"[exit {run.status}]\n")
    if run.interrupted:
        raise KeyboardInterrupt


class _Run:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._held = self._echo = ""
        #: Whether end of input was sent for want of somebody to ask.
        self._refused = False
        self.status: int | None = None
        self.interrupted = False

    def to_end(self, source: str) -> None:
        while not self._shell.ready and self._shell.ended is None:
            with _noted_interrupts() as noted:
                self._take(1.0)
            if noted:
                self.interrupted = True
                return
        if self._shell.ended is None:
            self._shell.run(source)
        while self.status is None and self._shell.ended is None:
            try:
                with _noted_interrupts() as noted:
                    is_silent = not self._take(_SILENCE)
                if noted:
                    self._interrupt()
                elif is_silent and self._shell.waits:
                    self._ask()
            except KeyboardInterrupt:
                self._interrupt()

    def flush(self) -> None:
        sys.stdout.write(self._held)
        self._held = ""
        sys.stdout.flush()

    def _interrupt(self) -> None:
        self.interrupted = True
        if self.status is None:
            self._shell.interrupt()

    def _take(self, seconds: float) -> bool:
        """Print what comes within this time; whether something came."""
        ready, _, _ = select.select([self._shell.fd], [], [], seconds)
        if not ready:
            self._shell.check()
            return False
        for event in self._shell.read():
            self._handle(event)
        return True

    def _handle(self, event: Event) -> None:
        if isinstance(event, Ended):
            self.status = event.status
        elif isinstance(event, Text):
            # A terminal's line ends are pairs, which may come in two pieces.
            text = self._held + event.text
            self._held = "\r" if text.endswith("\r") else ""
            sys.stdout.write(self._without_echo(text[: len(text) - len(self._held)].replace("\r\n", "\n")))
            sys.stdout.flush()

    def _without_echo(self, text: str) -> str:
        """Leave out what was typed: the front end has shown it where it was typed."""
        same = len(os.path.commonprefix([text, self._echo]))  # noqa: RUF071 - no paths
        self._echo = self._echo[same:] if same == len(text) else ""
        return text[same:]

    def _ask(self) -> None:
        """Let the front end ask; without one that can, a program gets the end of its input."""
        from getpass import getpass

        try:
            # The program itself has printed what it asks for.
            echo = self._shell.mode.echo
            answer = (input if echo else getpass)("") + "\n"
            self._echo = answer if echo else ""
            self._shell.write(answer)
        except EOFError:
            self._shell.write("\x04")
        except NotImplementedError:  # ipykernel's StdinNotImplementedError
            if self._refused:
                self._shell.interrupt()
            else:
                self._shell.write("\x04")
            self._refused = True


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """Note interrupts instead of raising KeyboardInterrupt, by which what was just read would be lost."""
    noted: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    except ValueError:  # not the main thread: it gets none
        yield noted
        return
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
