"""JupyterHub's Spawner for rooms: it only translates between the hub and the zygote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from jupyterhub import orm
from jupyterhub.spawner import Spawner
from tornado import web
from traitlets import Bool, Unicode, default
from traitlets import List as ListTrait

from nbhotel.errors import HotelError
from nbhotel.hotel.layout import Layout, socket_url
from nbhotel.hotel.zygote.client import ZygoteAway, ZygoteClient
from nbhotel.room.together.places import config_path

#: The single-user server's own module, for a room that starts as an ordinary process.
_COLD_SCRIPT = Path(__file__).parent / "room" / "serve.py"


class RoomSpawner(Spawner):
    """Starts, polls and stops one room through the zygote.

    The room listens on the unix socket that its name determines; the proxy finds it by the same rule.
    """

    state_dir = Unicode(config=True, help="The hotel's state directory.")
    cold = Bool(False, config=True, help="Start rooms as ordinary processes instead of forking the zygote.")
    python = Unicode("", config=True, help="The Python of rooms in another environment; implies `cold`.")
    room_command = ListTrait(Unicode(), config=True, help="A command of one's own instead of Jupyter.")
    together = Bool(False, config=True, help="Whether several people may write in one notebook at a time.")
    room_arguments = ListTrait(Unicode(), config=True, help="Further arguments of the single-user server.")

    pid = 0

    @property
    def layout(self) -> Layout:
        """The paths of the hotel."""
        return Layout(Path(self.state_dir))

    @property
    def socket_path(self) -> Path:
        """Where the room listens."""
        return self.layout.room_socket(self.user.name, self.name)

    @property
    def connect_url(self) -> str:
        """The room's address, with no port: the hub would otherwise make one up (http+unix has none)."""
        return socket_url(self.socket_path)

    @property
    def zygote(self) -> ZygoteClient:
        """The zygote, to be asked."""
        return ZygoteClient(self.layout.zygote_socket)

    @default("will_resume")
    def _default_will_resume(self) -> bool:
        """Pages in which people write together go on with the next room, and send it what they still have."""
        return bool(self.together)

    # -- what JupyterHub calls ------------------------------------------------------------------------

    async def start(self) -> str:
        """Start the room and return its address once it answers."""
        self.server.connect_url = self.connect_url
        try:
            reply = await self.zygote.call("start", secrets={"env": self.get_env()}, **self._order())
        except HotelError as error:
            raise _as_page(error) from error
        self.pid = int(reply["pid"])
        await self._answers()
        return self.connect_url

    async def get_url(self) -> str:
        """Tell a restarted hub where the room is."""
        self.server.connect_url = self.connect_url
        return str(self.server.url)

    async def poll(self) -> int | None:
        """Return None while the room runs, else 0: how it ended was told by the zygote's watch."""
        try:
            reply = await self.zygote.call("poll", user=self.user.name, server=self.name)
        except ZygoteAway:
            return None  # the zygote being away says nothing about rooms, and they outlive it
        return None if reply["running"] else 0

    async def stop(self, now: bool = False) -> None:
        """Stop the room and everything that it started."""
        await self.zygote.call("stop", user=self.user.name, server=self.name, now=now)

    def get_state(self) -> dict[str, Any]:
        """Keep the pid, for people: the zygote itself knows rooms by name."""
        state: dict[str, Any] = super().get_state()
        if self.pid:
            state["pid"] = self.pid
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Restore what `get_state` kept."""
        super().load_state(state)
        self.pid = state.get("pid", 0)

    def clear_state(self) -> None:
        """Forget the room that has ended."""
        if self.will_resume:
            # The hub would keep it: what we want kept is that pages which are open are still logged in.
            token = orm.APIToken.find(self.db, self.api_token) if self.api_token else None
            if token is not None:
                self.db.delete(token)
                self.db.commit()
        super().clear_state()
        self.pid = 0

    def get_env(self) -> dict[str, str]:
        """Return the room's environment, with the socket instead of the port that JupyterHub made up."""
        env = {str(name): str(value) for name, value in super().get_env().items() if value is not None}
        env["JUPYTERHUB_SERVICE_URL"] = self.connect_url + self.server.base_url
        if not self.python:
            env["JUPYTER_CONFIG_PATH"] = config_path(together=self.together)
        # The hub's own configuration and virtual environment are none of the room's business.
        for name in ("VIRTUAL_ENV", "PATH", "PYTHONPATH"):
            env.pop(name, None)
        return env

    # -- our own --------------------------------------------------------------------------------------

    def _order(self) -> dict[str, Any]:
        limits = {"memory": self.mem_limit or None, "cpu": self.cpu_limit or None}
        return {
            "user": self.user.name,
            "server": self.name,
            "command": self._command(),
            "arguments": [] if self.room_command else self._arguments(),
            **limits,
        }

    def _command(self) -> list[str]:
        if self.room_command:
            fields = {"{user}": self.user.name, "{server}": self.name, "{base_url}": self.server.base_url}
            return [_fill(word, fields) for word in self.room_command]
        if self.cold or self.python:
            return [self.python or _own_python(), str(_COLD_SCRIPT)]
        return []

    def _arguments(self) -> list[str]:
        arguments = [f"--ServerApp.sock={self.socket_path}", *self.room_arguments]
        if self.mem_limit and not self.python:
            # Another environment doesn't have our provisioner.
            arguments.append("--KernelProvisionerFactory.default_provisioner_name=nbhotel-room")
        return [*arguments, *map(str, self.args)]

    async def _answers(self) -> None:
        """Wait for the room's first answer: its socket listens already, so one request is enough.

        Raise an error page's exception if the room ends instead.
        """
        answer = asyncio.ensure_future(self._first_answer())
        end = asyncio.ensure_future(self._end())
        done, pending = await asyncio.wait({answer, end}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if answer not in done:
            log = self.layout.room_log(self.user.name, self.name)
            raise _as_page(HotelError("the room ended while it was starting", where=str(log)))
        answer.result()

    async def _first_answer(self) -> None:
        url = f"http://room{self.server.base_url}api"
        patience = aiohttp.ClientTimeout(total=self.start_timeout)
        while True:
            connector = aiohttp.UnixConnector(str(self.socket_path))
            async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(url, allow_redirects=False):
                        return
            await asyncio.sleep(0.05)  # a command of one's own that hasn't bound its socket yet

    async def _end(self) -> None:
        while await self.poll() is None:  # noqa: ASYNC110 - another process's end, told by the zygote if asked
            await asyncio.sleep(0.5)


async def follow_exits(layout: Layout, on_exit: Callable[[str, str], Any]) -> None:
    """Call ``on_exit(user, server)`` for each room that ends, for as long as the hub lives."""
    while True:
        with suppress(OSError, HotelError):
            async for ended in ZygoteClient(layout.zygote_socket).exits():
                await on_exit(ended["user"], ended["server"])
        await asyncio.sleep(0.5)


def _own_python() -> str:
    import sys

    return sys.executable


def _fill(word: str, fields: dict[str, str]) -> str:
    for field, value in fields.items():
        word = word.replace(field, value)
    return word


def _as_page(error: HotelError) -> web.HTTPError:
    """Return the error as JupyterHub shows it on the page of a room that didn't start."""
    page = web.HTTPError(500, str(error).replace("%", "%%"))
    page.jupyterhub_message = f"Your room could not be opened: {error}"  # type: ignore[attr-defined]  # JupyterHub's
    return page
