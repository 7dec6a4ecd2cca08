"""How a hotel is: its processes and its rooms, as plain values."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nbhotel.errors import HotelError
from nbhotel.hotel import probes
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.settings import read_resolved
from nbhotel.hotel.supervisor import read_state
from nbhotel.hotel.zygote.processes import Identity, descendants, private_memory
from nbhotel.hotel.zygote.wire import BadMessage
from nbhotel.unixhttp import UnixConnection


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One of the hotel's processes. ``uptime`` in seconds."""

    name: str
    pid: int | None
    state: str
    uptime: float | None
    restarts: int


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """One room. ``uptime`` in seconds; ``memory`` is the server's private memory in bytes, and
    ``total_memory`` that of its kernels too.
    """

    user: str
    server: str
    pid: int
    uptime: float | None
    memory: int | None
    total_memory: int | None
    kernels: int | None
    last_activity: str | None


@dataclass(frozen=True, slots=True)
class HotelStatus:
    """A hotel. ``address`` is None when it is closed; rooms may run all the same."""

    state_directory: str
    address: str | None
    ready: bool
    processes: tuple[ProcessStatus, ...]
    rooms: tuple[RoomStatus, ...]


def hotel_status(layout: Layout) -> HotelStatus:
    """Ask everything that runs; what gives no answer is None. Raise StateError if we may not look."""
    state = read_state(layout) or _of_units(layout)
    processes = tuple(
        _process(layout, name, entry) for name, entry in (state or {}).get("processes", {}).items()
    )
    supervisor = (
        (ProcessStatus("supervisor", state["pid"], "running", _uptime(state["pid"], state["started"]), 0),)
        if state and state["pid"]
        else ()
    )
    return HotelStatus(
        state_directory=str(layout.state),
        address=state["address"] if state else None,
        ready=bool(state and all(process.state == "running" for process in processes)),
        processes=supervisor + processes,
        rooms=tuple(_rooms(layout)),
    )


def _of_units(layout: Layout) -> dict[str, Any] | None:
    """Return what a supervisor would have written, where systemd runs the processes; None if nobody does."""
    processes = {}
    for name, path in probes.sockets(layout).items():
        pid = probes.listener(path)
        identity = Identity.of(pid) if pid else None
        if identity:
            processes[name] = {"pid": identity.pid, "started": identity.started, "restarts": 0}
    if not processes:
        return None
    address = parse_bind(read_resolved(layout.settings_file).bind).url
    missing: dict[str, Any] = {"pid": None, "started": None, "restarts": 0}
    return {
        "pid": None,
        "address": address,
        "processes": {name: processes.get(name, missing) for name in probes.sockets(layout)},
    }


def _process(layout: Layout, name: str, entry: dict[str, Any]) -> ProcessStatus:
    pid, started = entry["pid"], entry["started"]
    running = pid is not None and Identity(pid, started).runs()
    state = "running" if running and probes.healthy(name, layout) else "starting" if running else "restarting"
    uptime = _uptime(pid, started) if running else None
    return ProcessStatus(name, pid if running else None, state, uptime, entry["restarts"])


def _uptime(pid: int, started: int) -> float | None:
    return round(Identity(pid, started).age(), 1) if Identity(pid, started).runs() else None


def _rooms(layout: Layout) -> list[RoomStatus]:
    records = []
    for path in sorted(layout.rooms_dir.glob("*/*.json")):
        with suppress(OSError, ValueError, KeyError):
            record = json.loads(path.read_text())
            process = Identity(**record["process"])
            if process.runs():
                records.append((record["user"], record["server"], process))
    token = _token(layout)
    return [_room(layout, user, server, process, token) for user, server, process in records]


def _room(layout: Layout, user: str, server: str, process: Identity, token: str) -> RoomStatus:
    model = _ask_room(layout, user, server, token)
    memories = [private_memory(pid) for pid in descendants(process.pid)]
    return RoomStatus(
        user=user,
        server=server,
        pid=process.pid,
        uptime=round(process.age(), 1),
        memory=memories[0],
        total_memory=sum(memory or 0 for memory in memories) if memories[0] is not None else None,
        kernels=model.get("kernels"),
        last_activity=model.get("last_activity"),
    )


def _token(layout: Layout) -> str:
    try:
        return layout.admin_token_file.read_text().strip()
    except OSError:
        return ""


def _ask_room(layout: Layout, user: str, server: str, token: str) -> dict[str, Any]:
    """Return the room's own status (Jupyter Server's GET /api/status), or nothing if it doesn't answer."""
    from urllib.parse import quote

    prefix = f"/user/{quote(user, safe='@~')}" + (f"/{quote(server, safe='@~')}" if server else "")
    connection = UnixConnection(layout.room_socket(user, server), probes.TIMEOUT)
    try:
        connection.request("GET", f"{prefix}/api/status", headers={"Authorization": f"token {token}"})
        response = connection.getresponse()
        return dict(json.loads(response.read())) if response.status == 200 else {}
    except (OSError, http.client.HTTPException, ValueError, HotelError, BadMessage):
        return {}
    finally:
        connection.close()
