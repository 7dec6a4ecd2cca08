"""One supervised process: its command, its user, its log, and when it may start again."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from nbhotel.hotel.people import Person
from nbhotel.hotel.zygote import privileges
from nbhotel.hotel.zygote.processes import Identity

_PR_SET_NO_NEW_PRIVS = 38
_SHORTEST_PAUSE = 0.1  # seconds before a process that died is started again
_LONGEST_PAUSE = 10.0
_STABLE = 30.0  # seconds after which a process counts as having come up
_LOG_LIMIT = 16 * 1024 * 1024  # bytes of a log before it is put aside at a start


@dataclass(frozen=True, slots=True)
class Program:
    """How one of the hotel's processes is started. ``groups`` are gids besides the person's own."""

    name: str
    command: tuple[str, ...]
    person: Person
    groups: tuple[int, ...]
    environment: dict[str, str]
    directory: Path
    log: Path
    sockets: tuple[int, ...] = ()
    once: bool = False  # ends by itself when its work is done


@dataclass
class Child:
    """A program and the process that runs it now."""

    program: Program
    process: Identity | None = None
    restarts: int = 0
    pause: float = _SHORTEST_PAUSE
    start_at: float = 0.0  # monotonic seconds
    done: bool = False

    @property
    def name(self) -> str:
        """The program's name, as in `hub`."""
        return self.program.name

    def start(self) -> None:
        """Start the process; it dies with the supervisor, since nobody would restart it then."""
        try:
            pid = os.fork()
        except OSError:  # no more processes: try again
            self.start_at = time.monotonic() + _LONGEST_PAUSE
            return
        if pid == 0:
            _become(self.program)
        self.process = Identity.of(pid)

    @property
    def due(self) -> bool:
        """Whether it is time to start the process."""
        return self.process is None and not self.done and self.start_at <= time.monotonic()

    def ended(self, status: int) -> None:
        """Note that the process has gone, and choose when it starts again. ``status`` is of `waitpid`."""
        self.done = self.program.once and status == 0
        lived = self.process.age() if self.process else 0.0
        self.pause = _SHORTEST_PAUSE if lived > _STABLE else min(self.pause * 2, _LONGEST_PAUSE)
        self.start_at = time.monotonic() + self.pause
        self.restarts += 1
        self.process = None

    def signal(self, number: int) -> None:
        """Send a signal, if the process runs."""
        if self.process:
            self.process.signal(number)


def _become(program: Program) -> NoReturn:
    """Turn a forked child into the program. Not subprocess: it can't put sockets on fixed descriptors."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # No terminal: a process that was taken over could type into root's shell (TIOCSTI); and Ctrl-C
        # reaches the supervisor only, which stops things in order.
        os.setsid()
        _arrange(program)
        if os.getuid() == 0 and program.person.uid != 0:
            os.setgroups([program.person.gid, *program.groups])
            os.setresgid(program.person.gid, program.person.gid, program.person.gid)
            os.setresuid(program.person.uid, program.person.uid, program.person.uid)
        privileges.die_with_parent(signal.SIGTERM)
        if program.name != "zygote":  # rooms inherit the zygote's, and guests may use sudo
            privileges.prctl(_PR_SET_NO_NEW_PRIVS, 1)
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        os.umask(0o077)
        os.chdir(program.directory)
        os.execve(program.command[0], program.command, program.environment)  # noqa: S606 - without a shell
    except BaseException as error:  # noqa: BLE001 - a forked child must not return to the supervisor's loop
        os.write(2, f"{program.name}: {program.command[0]} can't be started: {error}\n".encode())
    finally:
        os._exit(127)


def _arrange(program: Program) -> None:
    """Put the log on standard output and error, the sockets on 3, 4, …, and close all else."""
    with open_log(program.log) as log:
        # First out of the way of each other, then to their places.
        spare = [fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for fd in (log.fileno(), *program.sockets)]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for target, source in enumerate([spare[0], *spare], start=1):
        os.dup2(source, target)
    os.closerange(3 + len(program.sockets), 4096)


def open_log(path: Path) -> IO[bytes]:
    """Open a log for appending; a long one is put aside first, as PATH.1."""
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_name(path.name + ".1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "ab")
