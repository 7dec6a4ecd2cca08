"""What the forked child does from the fork to the running room; it never returns to the zygote's loop."""

from __future__ import annotations

import atexit
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import setproctitle

from nbhotel.errors import HotelError
from nbhotel.hotel.layout import Layout, quote_room
from nbhotel.hotel.logline import log
from nbhotel.hotel.room import serve
from nbhotel.hotel.zygote import ownsocket, pam, privileges, wire
from nbhotel.hotel.zygote.accounts import LOGIN_PATH, Account, check_home
from nbhotel.hotel.zygote.cgroup import Cgroups, Limits
from nbhotel.room.warm import early

#: The first file descriptor that a process gets by socket activation (`man 3 sd_listen_fds`).
_ACTIVATION_FD = 3

#: The longest name of a room as a file name, in bytes: file systems take 255, with our endings.
_LONGEST_NAME = 200

#: Stands for the socket's path in a command of one's own.
SOCKET_FIELD = "{socket}"


@dataclass(frozen=True, slots=True)
class Order:
    """What the hub ordered, without anything secret."""

    user: str
    server: str
    command: tuple[str, ...]  # empty: the single-user server, in this process
    arguments: tuple[str, ...]  # of the single-user server
    limits: Limits

    @property
    def binds_itself(self) -> bool:
        """Whether the command makes its socket itself, instead of taking ours as file descriptor 3."""
        return any(SOCKET_FIELD in word for word in self.command)

    @classmethod
    def of(cls, header: wire.Message) -> Order:
        """Read a header; raise BadMessage where a field is missing or of the wrong type."""
        try:
            if len(quote_room(str(header["user"]), str(header.get("server") or ""))) > _LONGEST_NAME:
                raise wire.BadMessage("start: the name is too long")
            return cls(
                user=str(header["user"]),
                server=str(header.get("server") or ""),
                command=tuple(map(str, header.get("command") or ())),
                arguments=tuple(map(str, header.get("arguments") or ())),
                limits=_limits(header),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise wire.BadMessage(f"start: {error}") from error


def cgroup_name(user: str, server: str) -> str:
    """Return the name of a room's cgroup, none of the kernel's own file names."""
    return f"room-{quote_room(user, server)}"


def _limits(header: wire.Message) -> Limits:
    memory, cpu = header.get("memory"), header.get("cpu")
    return Limits(None if memory is None else int(memory), None if cpu is None else float(cpu))


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all rooms of this zygote. ``session`` is the PAM service, empty without root."""

    layout: Layout
    group: int  # whom the proxy and the hub belong to
    session: str
    cgroups: Cgroups | None


def be_room(order: Order, account: Account, setting: Setting, connection: socket.socket) -> NoReturn:
    """Turn the forked child into the room; answer on the connection once only the room itself can fail."""
    status = 1
    try:
        os.setsid()
        secrets = wire.take_secrets(connection)
        listener = _prepare(order, account, setting, secrets["env"])
        connection.sendall(wire.encode({"ok": True, "pid": os.getpid()}))
        connection.close()
        status = _run(order, listener, setting)
    except (HotelError, wire.BadMessage, OSError) as error:
        _refuse(connection, error)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - a forked child must not return to the zygote's loop
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _refuse(connection: socket.socket, error: Exception) -> None:
    if not isinstance(error, HotelError):
        sys.excepthook(type(error), error, error.__traceback__)  # for the zygote's log
    reason = str(error) if isinstance(error, HotelError) else f"the room could not be prepared: {error}"
    with suppress(OSError):
        connection.sendall(wire.encode({"ok": False, "error": reason}))


def _prepare(order: Order, account: Account, setting: Setting, env: dict[str, str]) -> socket.socket:
    """Do all that needs root, then give root up; return the listening socket."""
    check_home(account)
    layout = setting.layout
    log_fd = _open_log(layout.room_log(order.user, order.server))
    listener = bind(layout.room_socket(order.user, order.server), account.uid, setting.group)
    if order.binds_itself:
        ownsocket.prepare(layout, order.user, order.server, account.uid, setting.group)
    if setting.cgroups:
        setting.cgroups.join(cgroup_name(order.user, order.server), order.limits)
    os.umask(0o022)
    session_env = _open_session(account, setting)
    privileges.become(account)
    os.environ.clear()
    os.environ.update(_environment(account, env, session_env))
    os.chdir(account.home)
    _redirect(log_fd)
    if order.binds_itself:
        ownsocket.open_when_bound(layout.room_own_socket(order.user, order.server))
    return listener


def prepare_directory(setting: Setting, user: str) -> None:
    """Make the directory of a guest's sockets: anyone may pass through, nobody may list or change it."""
    directory = setting.layout.room_socket(user).parent
    directory.mkdir(mode=0o700, exist_ok=True)
    if os.getuid() == 0:
        os.chown(directory, 0, setting.group)
    directory.chmod(0o711)  # a command of one's own binds its socket further down


def bind(path: Path, owner: int, group: int) -> socket.socket:
    """Bind and listen on a unix socket that only ``owner`` and ``group`` may connect to."""
    with suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o777)  # nobody gets in between bind and chmod
    try:
        listener.bind(os.fspath(path))
    finally:
        os.umask(previous)
    if os.getuid() == 0:
        os.chown(path, owner, group)
    path.chmod(0o660)
    listener.listen(1024)
    return listener


def _open_log(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)


def _open_session(account: Account, setting: Setting) -> dict[str, str]:
    if not setting.session:
        return {}
    try:
        return pam.open_session(account.login, setting.session)
    except HotelError as error:
        # A container often can't open one (pam_loginuid, pam_systemd); the room itself needs none.
        log("zygote", str(error))
        return {}


def _environment(account: Account, env: dict[str, str], session_env: dict[str, str]) -> dict[str, str]:
    own = {
        "HOME": str(account.home),
        "USER": account.login,
        "LOGNAME": account.login,
        "SHELL": account.shell,
        "PATH": f"{Path(sys.executable).parent}:{LOGIN_PATH}",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
    }
    return {**own, **session_env, **env}


def _redirect(log_fd: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log_fd, 1), (log_fd, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(log_fd)


def _run(order: Order, listener: socket.socket, setting: Setting) -> int:
    if order.command:
        _execute(order, listener, setting)
    setproctitle.setproctitle(f"nbhotel: room of {order.user}{' ' + order.server if order.server else ''}")
    random.seed()
    early.fork([listener])
    serve.serve(listener, [*_own_folders(), *order.arguments])
    return 0


def _own_folders() -> list[str]:
    """Where Lab keeps a guest's settings and layouts: it fixed its defaults when the zygote imported it."""
    from jupyterlab.commands import get_user_settings_dir, get_workspaces_dir

    return [
        f"--LabApp.user_settings_dir={get_user_settings_dir()}",
        f"--LabApp.workspaces_dir={get_workspaces_dir()}",
    ]


def _execute(order: Order, listener: socket.socket, setting: Setting) -> NoReturn:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # ignored signals stay so over an exec
    if order.binds_itself:
        listener.close()
    else:
        os.dup2(listener.fileno(), _ACTIVATION_FD)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    path = str(setting.layout.room_own_socket(order.user, order.server))
    words = [word.replace(SOCKET_FIELD, path) for word in (*order.command, *order.arguments)]
    os.execvpe(words[0], words, os.environ)  # noqa: S606 - the room becomes its command, without a shell


def reset_signals() -> None:
    """Give a forked child the signal handling of a new Python process.

    SIGPIPE stays ignored, as Python itself sets it: a room must outlive a proxy that dies while it answers.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
