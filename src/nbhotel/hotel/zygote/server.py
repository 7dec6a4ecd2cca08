"""The zygote's loop: takes requests of the hub, forks, reaps, and tells who asks."""

from __future__ import annotations

import os
import select
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from nbhotel.errors import HotelError
from nbhotel.hotel.logline import log
from nbhotel.hotel.zygote import birth, cgroup, helpers, wire
from nbhotel.hotel.zygote.accounts import Account, own_account, system_account
from nbhotel.hotel.zygote.birth import Order, Setting
from nbhotel.hotel.zygote.processes import Identity
from nbhotel.hotel.zygote.registry import Registry, Room

_REQUEST_TIMEOUT = 10.0  # seconds for a header to arrive
_STOP_PATIENCE = 10.0  # seconds between SIGTERM and SIGKILL
_TICK = 1.0
_LOG_LIMIT = 16 * 1024 * 1024  # bytes of a room's log
_LAST_MOMENT = 0.2
_HELPER_LIMIT = 64  # short-lived children at once; PAM holds each wrong password for seconds


@dataclass
class _Stop:
    """A room that is being stopped, until when it may do so by itself, and who waits for it."""

    deadline: float
    waiting: list[socket.socket]


class Zygote:
    """One loop over the listening socket, the connections of the hub and the pidfds of the rooms."""

    def __init__(self, listener: socket.socket, setting: Setting, allowed_uids: frozenset[int]) -> None:
        self._listener = listener
        self._setting = setting
        self._allowed = allowed_uids
        self._registry = Registry(setting.layout)
        self._selector = selectors.DefaultSelector()
        self._pending: dict[socket.socket, float] = {}
        self._watchers: set[socket.socket] = set()
        self._stops: dict[tuple[str, str], _Stop] = {}
        self._helpers: set[int] = set()
        self._ops: dict[str, Callable[[socket.socket, wire.Message], None]] = {
            "ping": self._ping,
            "start": self._start,
            "authenticate": self._authenticate,
            "poll": self._poll,
            "stop": self._stop,
            "stop-all": self._stop_all,
            "rooms": self._rooms,
            "watch": self._watch,
        }

    def run(self) -> NoReturn:
        """Serve until SIGTERM; rooms live on and are adopted by the next zygote."""
        for room, fd in self._registry.adopt():
            if fd is None:
                self._clean_up(room)
                continue
            log("zygote", f"adopted the room of {_title(room.user, room.server)}, pid {room.process.pid}")
            self._selector.register(fd, selectors.EVENT_READ, room)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        while True:
            for key, _ in self._selector.select(_TICK):
                self._handle(key)
            self._expire()

    # -- events ---------------------------------------------------------------------------------------

    def _handle(self, key: selectors.SelectorKey) -> None:
        if isinstance(key.data, Room):
            self._reap(key.data)
        elif key.fileobj is self._listener:
            self._accept()
        elif isinstance(key.fileobj, socket.socket):
            self._read(key.fileobj)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # the peer has gone again, or we are out of file descriptors: the next one may do
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        _, uid, _ = struct.unpack("3i", credentials)
        if uid not in self._allowed:
            log("zygote", f"refused a connection of uid {uid}")
            connection.close()
            return
        connection.setblocking(False)
        self._pending[connection] = time.monotonic() + _REQUEST_TIMEOUT
        self._selector.register(connection, selectors.EVENT_READ, None)

    def _read(self, connection: socket.socket) -> None:
        if connection in self._watchers:
            self._close(connection)  # a watcher says nothing more: it has gone
            return
        try:
            header = wire.take_header(connection)
            if header is None:
                return
            self._dispatch(connection, header)
        except wire.BadMessage as error:
            self._reply(connection, ok=False, error=f"bad request: {error}")
        except HotelError as error:
            self._reply(connection, ok=False, error=str(error))
        except OSError as error:
            self._reply(connection, ok=False, error=f"the zygote could not do it: {error}")

    def _dispatch(self, connection: socket.socket, header: wire.Message) -> None:
        operation = self._ops.get(str(header.get("op")))
        if operation is None:
            raise wire.BadMessage(f"unknown operation {header.get('op')!r}")
        self._pending.pop(connection, None)
        operation(connection, header)

    def _expire(self) -> None:
        now = time.monotonic()
        for connection, deadline in list(self._pending.items()):
            if deadline < now:
                self._close(connection)
        for name, stop in self._stops.items():
            room = self._registry.get(name)
            if room and stop.deadline < now:
                self._kill(room)
                stop.deadline = now + _STOP_PATIENCE
        self._reap_helpers()
        self._bound_logs()

    def _bound_logs(self) -> None:
        """Begin a room's log anew when it is long: a guest writes it, and could fill everybody's disk."""
        for room in self._registry:
            path = self._setting.layout.room_log(*room.name)
            with suppress(OSError):
                if path.stat().st_size > _LOG_LIMIT:
                    os.truncate(path, 0)

    def _reap_helpers(self) -> None:
        ended = {pid for pid in self._helpers if helpers.has_ended(pid)}
        self._helpers -= ended

    def _reap(self, room: Room) -> None:
        status = helpers.exit_status(room.process.pid)
        self._selector.unregister(self._fd_of(room))
        self._registry.remove(room)
        self._clean_up(room)
        log("zygote", f"the room of {_title(*room.name)} ended, exit status {status}")
        message = {"user": room.user, "server": room.server, "status": status}
        for watcher in list(self._watchers):
            self._send(watcher, {"exited": message})
        stop = self._stops.pop(room.name, None)
        for connection in stop.waiting if stop else ():
            self._reply(connection, ok=True, status=status)

    def _fd_of(self, room: Room) -> int:
        return next(int(key.fd) for key in self._selector.get_map().values() if key.data == room)

    def _clean_up(self, room: Room) -> None:
        if self._setting.cgroups and room.cgroup:
            self._setting.cgroups.clear(room.cgroup)
        if room.session:
            with suppress(OSError):  # no more processes: then PAM is not told
                self._helpers.add(self._fork(lambda: helpers.end_session(room.login, room.session)))

    # -- operations -----------------------------------------------------------------------------------

    def _ping(self, connection: socket.socket, _: wire.Message) -> None:
        self._reply(connection, ok=True, pid=os.getpid(), rooms=len(self._registry))

    def _start(self, connection: socket.socket, header: wire.Message) -> None:
        order = Order.of(header)
        if self._still_runs(order):
            raise HotelError(f"the room of {_title(order.user, order.server)} is running already")
        reason = cgroup.unsupported(order.limits, self._setting.cgroups)
        if reason:
            raise HotelError(reason)
        account = self._account(order.user)
        birth.prepare_directory(self._setting, order.user)
        pid = self._fork(lambda: birth.be_room(order, account, self._setting, connection), keep=connection)
        self._register(order, account, pid)
        self._close(connection)

    def _still_runs(self, order: Order) -> bool:
        """Whether the room runs; one that was just refused gets the moment that it needs to be gone."""
        room = self._registry.get((order.user, order.server))
        if room is None:
            return False
        if not select.select([self._fd_of(room)], [], [], _LAST_MOMENT)[0]:
            return True
        self._reap(room)
        return False

    def _register(self, order: Order, account: Account, pid: int) -> None:
        process = Identity.of(pid)
        if process is None:  # refused already; it told the hub itself
            self._helpers.add(pid)
            return
        cgroup = birth.cgroup_name(order.user, order.server) if self._setting.cgroups else ""
        room = Room(order.user, order.server, process, account.login, self._setting.session, cgroup)
        try:
            fd = self._registry.add(room)
        except OSError:  # a room that no later zygote would know must not be
            process.signal(signal.SIGKILL)
            self._helpers.add(pid)
            raise
        if fd is None:
            self._helpers.add(pid)
        else:
            self._selector.register(fd, selectors.EVENT_READ, room)

    def _account(self, user: str) -> Account:
        if os.getuid() == 0:
            return system_account(user)
        return own_account(user, helpers.home_of(self._setting.layout, user))

    def _authenticate(self, connection: socket.socket, header: wire.Message) -> None:
        if len(self._helpers) >= _HELPER_LIMIT:
            raise HotelError("too many people are logging in at once", remedy="try again in a moment")
        self._helpers.add(
            self._fork(
                lambda: helpers.check_password(header, connection, self._setting.session or "login"),
                keep=connection,
            )
        )
        self._close(connection)

    def _poll(self, connection: socket.socket, header: wire.Message) -> None:
        room = self._registry.get(_name(header))
        running = room is not None and room.process.pid == header.get("pid", room.process.pid)
        self._reply(connection, ok=True, running=running, pid=room.process.pid if room and running else None)

    def _stop(self, connection: socket.socket, header: wire.Message) -> None:
        room = self._registry.get(_name(header))
        if room is None:
            self._reply(connection, ok=True, status=0)
            return
        stop = self._begin_stop(room, now=bool(header.get("now")))
        stop.waiting.append(connection)

    def _stop_all(self, connection: socket.socket, header: wire.Message) -> None:
        for room in self._registry:
            self._begin_stop(room, now=bool(header.get("now")))
        self._reply(connection, ok=True, rooms=len(self._registry))

    def _begin_stop(self, room: Room, *, now: bool) -> _Stop:
        stop = self._stops.setdefault(room.name, _Stop(time.monotonic() + _STOP_PATIENCE, []))
        if now:
            self._kill(room)
        else:
            room.process.signal(signal.SIGTERM)
        return stop

    def _kill(self, room: Room) -> None:
        room.process.signal(signal.SIGKILL)

    def _rooms(self, connection: socket.socket, _: wire.Message) -> None:
        rooms = [
            {"user": r.user, "server": r.server, "pid": r.process.pid, "started": r.process.started}
            for r in self._registry
        ]
        self._reply(connection, ok=True, rooms=rooms)

    def _watch(self, connection: socket.socket, _: wire.Message) -> None:
        self._watchers.add(connection)
        self._send(connection, {"ok": True})

    # -- plumbing -------------------------------------------------------------------------------------

    def _fork(self, task: Callable[[], Any], keep: socket.socket | None = None) -> int:
        """Fork a child that runs ``task`` with none of our connections but ``keep``, and never comes back."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        try:
            birth.reset_signals()
            self._forget_everything(keep)
            if keep:
                keep.setblocking(True)
                keep.settimeout(_REQUEST_TIMEOUT)
            task()
        except BaseException:  # noqa: BLE001 - a forked child must not go on as the zygote, whatever happened
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _forget_everything(self, keep: socket.socket | None) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                if key.fileobj is not keep:
                    key.fileobj.close()
            else:
                os.close(key.fd)
        self._selector.close()

    def _reply(self, connection: socket.socket, **fields: Any) -> None:
        self._send(connection, fields)
        self._close(connection)

    def _send(self, connection: socket.socket, message: wire.Message) -> None:
        try:
            connection.sendall(wire.encode(message))
        except OSError:
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        self._pending.pop(connection, None)
        self._watchers.discard(connection)
        with suppress(KeyError, ValueError):
            self._selector.unregister(connection)
        connection.close()


def _name(header: wire.Message) -> tuple[str, str]:
    return str(header.get("user", "")), str(header.get("server") or "")


def _title(user: str, server: str) -> str:
    return f"{user}/{server}" if server else user
