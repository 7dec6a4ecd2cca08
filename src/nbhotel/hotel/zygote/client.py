"""The hub's side of the zygote's socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from nbhotel.errors import HotelError
from nbhotel.hotel.zygote import wire

#: How long a request waits for a zygote that is being restarted, in seconds.
_PATIENCE = 15.0


class ZygoteAway(HotelError):
    """Nobody answers on the zygote's socket."""


class ZygoteClient:
    """Asks the zygote: one connection per request."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def call(self, op: str, *, secrets: wire.Message | None = None, **fields: Any) -> wire.Message:
        """Send one request and return the reply's fields.

        Raise HotelError with the zygote's own words if it refuses, ZygoteAway if it is not to be reached.
        """
        request = wire.encode({"op": op, **fields})
        if op in wire.WITH_SECRETS:
            request += wire.encode(secrets or {})
        try:
            async with self._connection() as (reader, writer):
                writer.write(request)
                await writer.drain()
                reply = wire.decode(await reader.readline())
        except (OSError, wire.BadMessage) as error:
            raise ZygoteAway("the zygote gave no answer", remedy="try again in a few seconds") from error
        if not reply.get("ok"):
            raise HotelError(str(reply.get("error", "the zygote refused")))
        return reply

    async def authenticate(self, username: str, password: str) -> str | None:
        """Return the login name if PAM takes the password and the account is valid, else None."""
        secrets = {"password": password}
        reply = await self.call("authenticate", secrets=secrets, username=username)
        return str(reply["login"]) if reply.get("accepted") else None

    async def exits(self) -> AsyncIterator[wire.Message]:
        """Yield ``{user, server, status}`` for every room that ends, until the zygote goes."""
        async with self._connection() as (reader, writer):
            writer.write(wire.encode({"op": "watch"}))
            await writer.drain()
            while line := await reader.readline():
                message = wire.decode(line)
                if "exited" in message:
                    yield message["exited"]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await self._open()
        try:
            yield reader, writer
        finally:
            writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            try:
                return await asyncio.open_unix_connection(self._path)
            except (FileNotFoundError, ConnectionRefusedError):
                # It is being restarted; rooms and hub have time.
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.1)
