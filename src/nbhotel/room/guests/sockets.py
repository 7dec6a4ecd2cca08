"""Visitors' open websockets: what readers send is dropped, and who may no longer be here is out at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbhotel.room.guests.hub import FRESH
from nbhotel.room.guests.rules import Need

if TYPE_CHECKING:
    from tornado.websocket import WebSocketHandler

#: What a page is told: https://developer.mozilla.org/docs/Web/API/CloseEvent/code leaves 4000 on to programs.
WITHDRAWN = 4403

#: The first bytes of messages of y-websocket: https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md.
_SYNC, _AWARENESS = 0, 1
_ASKS = 0
#: Bytes of a reader's message: a cursor and a name have some hundreds.
_LARGEST = 65_536

#: Whether somebody meets a need now; and with another level.
Met = Callable[[str, Need], Awaitable[bool]]


def keep_alone(handler: WebSocketHandler, name: str, need: Need) -> None:
    """Let a visitor have a websocket without what it would tell: which files others have open, and change."""
    if need.kind == "events":
        handler.write_message = _say_nothing  # type: ignore[method-assign,assignment]
    if need.kind == "presence":
        # The address names the room in which people are seen, and is read after we are asked: one of his own.
        path = str(handler.request.path)
        handler.request.path = path.replace("globalAwareness", quote(f"visitor-{name}", safe=""))


async def _say_nothing(*_: Any, **__: Any) -> None:
    return None


class Visit:
    """One open websocket of a visitor."""

    def __init__(self, handler: WebSocketHandler, name: str, need: Need, *, writes: bool) -> None:
        self.handler = handler
        self.name = name
        self.need = need
        self._is_open = self._is_refused = False
        self._open = handler.open
        handler.open = self._on_open
        self.set_writes(writes=writes)
        if need.kind == "document":
            self._pass = handler.on_message
            handler.on_message = self._on_message  # type: ignore[method-assign]

    def set_writes(self, *, writes: bool) -> None:
        """Say whether what it sends into a document counts."""
        self.writes = writes
        # Asked by who wants to know who wrote something.
        self.handler.only_reads = not writes  # type: ignore[attr-defined]

    @property
    def is_over(self) -> bool:
        """Whether it was closed, or will never open. One that is about to open is neither."""
        gone = self.handler.ws_connection is None
        return gone and (self._is_open or bool(self.handler._finished))

    def end(self) -> None:
        """Close it; if it is about to open, then."""
        self._is_refused = True
        with suppress(Exception):  # it may have gone meanwhile
            self.handler.close(WITHDRAWN, "no longer shared")

    def _on_open(self, *arguments: Any, **named: Any) -> Any:
        self._is_open = True
        if self._is_refused:
            self.end()
            return None
        return self._open(*arguments, **named)

    def _on_message(self, message: str | bytes) -> Any:
        if self.writes or _only_reads(message):
            return self._pass(message)
        return None


class Sockets:
    """All of them."""

    def __init__(self, met: Met) -> None:
        self._met = met
        self._visits: list[Visit] = []
        self._watch: asyncio.Task[None] | None = None

    async def add(self, handler: WebSocketHandler, name: str, need: Need) -> None:
        """Note one that is about to open."""
        writes = await self._met(name, need._replace(level="edit"))
        self._visits.append(Visit(handler, name, need, writes=writes))
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_after())

    async def check(self) -> None:
        """Close what may not be open any more, and let write who may."""
        for visit in list(self._visits):
            with suppress(Exception):  # the hub is away and has never told of this one: the next may be known
                visit.set_writes(writes=await self._met(visit.name, visit.need._replace(level="edit")))
                if not visit.writes and not await self._met(visit.name, visit.need):
                    visit.end()

    async def _look_after(self) -> None:
        """For what was not changed here: a group's members, a role, a share that its guest has left."""
        while True:
            await asyncio.sleep(FRESH)
            self._visits = [visit for visit in self._visits if not visit.is_over]
            if not self._visits:
                return
            await self.check()


def _only_reads(message: str | bytes) -> bool:
    """Whether a message asks for the document's state, or tells where a cursor is."""
    if isinstance(message, str) or not message or len(message) > _LARGEST:
        return False
    return message[0] == _AWARENESS or (message[0] == _SYNC and message[1:2] == bytes([_ASKS]))
