"""The end of a server that is told to stop: what was typed is saved first."""

from __future__ import annotations

import asyncio
from typing import Any

#: Seconds for the last saves; a hotel kills a room that takes ten to stop.
_PATIENCE = 4.0


def save_at_the_end(extension: Any) -> None:
    """Have jupyter-collaboration's extension save all documents before it stops.

    By itself it drops the saves that are due within a second.
    """
    stop = extension.stop_extension

    async def saved_and_stopped() -> None:
        await _save([*extension.ywebsocket_server.rooms.values()])
        await stop()

    extension.stop_extension = saved_and_stopped


async def _save(rooms: list[Any]) -> None:
    unsaved = [
        room for room in rooms if getattr(room, "_document", None) is not None and room._document.dirty
    ]
    saves = [task for task in (room._save_to_disc() for room in unsaved) if task is not None]
    if saves:
        await asyncio.wait(saves, timeout=_PATIENCE)
