"""The rooms that run, in memory and as one record each on disk, by which the next zygote adopts them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.zygote.processes import Identity

#: A room's name: the guest and the server's name, empty for the default server.
RoomName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Room:
    """One running room. ``session`` is the PAM service whose session is open for it, or empty."""

    user: str
    server: str
    process: Identity
    login: str
    session: str
    cgroup: str

    @property
    def name(self) -> RoomName:
        """The guest and the server's name."""
        return self.user, self.server


class Registry:
    """The rooms by name and by the pidfd that becomes readable when they exit."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._rooms: dict[RoomName, tuple[Room, int]] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        return iter([room for room, _ in self._rooms.values()])

    def get(self, name: RoomName) -> Room | None:
        """Return the room of this name, or None if none is recorded."""
        room, _ = self._rooms.get(name, (None, -1))
        return room

    def add(self, room: Room) -> int | None:
        """Record a room and return its pidfd, or None if its process has gone already."""
        fd = room.process.open()
        if fd is None:
            return None
        try:
            self._write(room)
        except OSError:
            os.close(fd)
            raise
        self._rooms[room.name] = room, fd
        return fd

    def remove(self, room: Room) -> None:
        """Forget a room that has ended, with its pidfd, record and socket."""
        _, fd = self._rooms.pop(room.name)
        os.close(fd)
        self._clean(room)

    def adopt(self) -> Iterator[tuple[Room, int | None]]:
        """Yield the recorded rooms with their pidfds: None for one that ended while no zygote was there."""
        for path in sorted(self._layout.rooms_dir.glob("*/*.json")):
            room = _read(path)
            if room is None:
                continue
            fd = self.add(room)
            if fd is None:
                self._clean(room)
            yield room, fd

    def _write(self, room: Room) -> None:
        path = self._layout.room_record(*room.name)
        temporary = path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(asdict(room)))
        temporary.replace(path)

    def _clean(self, room: Room) -> None:
        for path in (self._layout.room_record(*room.name), self._layout.room_socket(*room.name)):
            with suppress(FileNotFoundError):
                path.unlink()


def _read(path: Path) -> Room | None:
    try:
        fields = json.loads(path.read_text())
        return Room(**{**fields, "process": Identity(**fields["process"])})
    except (OSError, ValueError, TypeError, LookupError):
        return None
