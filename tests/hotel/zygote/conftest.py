"""A zygote of the test's own, and a small hub for its rooms to ask."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.probes import ask_zygote, healthy
from nbhotel.hotel.zygote.client import ZygoteClient
from tests.hotel.support import process, short_folder, wait_until

#: Answers every request as the hub's API root does: that is all a room asks for while it starts.
HUB = """
import asyncio, sys
from tornado import httpserver, netutil, web
class Root(web.RequestHandler):
    def get(self): self.set_header("X-JupyterHub-Version", "6.1.1"); self.write({"version": "6.1.1"})
    post = get
async def main():
    server = httpserver.HTTPServer(web.Application([(".*", Root)]))
    server.add_socket(netutil.bind_unix_socket(sys.argv[1], mode=0o666))
    await asyncio.Event().wait()
asyncio.run(main())
"""


@dataclass
class Zygote:
    """A running zygote and how to ask it."""

    layout: Layout
    log: Path
    options: tuple[str, ...]

    @property
    def client(self) -> ZygoteClient:
        return ZygoteClient(self.layout.zygote_socket)

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        return ask_zygote(self.layout, op, timeout=20, **fields)

    async def start(self, user: str, server: str = "", **fields: Any) -> int:
        """Start a room that answers, and return its pid."""
        prefix = f"/user/{quote(user)}/" + (f"{server}/" if server else "")
        sock = self.layout.room_socket(user, server)
        hub = f"http+unix://{quote(str(self.layout.hub_socket), safe='')}/hub/api"
        env = {
            "JUPYTERHUB_API_TOKEN": f"token-of-{user}",
            "JUPYTERHUB_API_URL": hub,
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_CLIENT_ID": f"client-{user}",
            "JUPYTERHUB_USER": user,
            "JUPYTERHUB_SERVICE_PREFIX": prefix,
            "JUPYTERHUB_SERVICE_URL": f"http+unix://{quote(str(sock), safe='')}{prefix}",
            **fields.pop("env", {}),
        }
        arguments = [f"--ServerApp.sock={sock}", *fields.pop("arguments", [])]
        reply = await self.client.call(
            "start", secrets={"env": env}, user=user, server=server, arguments=arguments, **fields
        )
        return int(reply["pid"])

    def command(self) -> tuple[str, ...]:
        return (sys.executable, "-m", "nbhotel.hotel.zygote", str(self.layout.state), *self.options)


def make_state(state: Path) -> Layout:
    layout = Layout(state)
    for path in (layout.rooms_dir, layout.hub_socket.parent, layout.room_log_dir, layout.homes_dir):
        path.mkdir(parents=True)
    return layout


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """One zygote for all tests of a module: they start rooms of users of their own."""
    with short_folder() as folder, running_zygote(folder) as running:
        yield running


@pytest.fixture
def mortal_zygote(folder: Path) -> Iterator[Zygote]:
    """A zygote for a test that kills it."""
    with running_zygote(folder) as running:
        yield running


@contextmanager
def running_zygote(folder: Path) -> Iterator[Zygote]:
    """Run a zygote and a hub to ask, and stop all rooms at the end, whichever zygote runs by then."""
    layout = make_state(folder)
    options = ("--hub-uid", str(os.getuid()), "--group", str(os.getgid()))
    running = Zygote(layout, folder / "zygote.log", options)
    hub = process(sys.executable, "-c", HUB, str(layout.hub_socket), log=folder / "hub.log")
    with hub, process(*running.command(), log=running.log):
        wait_until(lambda: healthy("zygote", layout), seconds=20, what="the zygote's answer")
        yield running
        if not healthy("zygote", layout):
            return
        running.ask("stop-all", now=True)
        wait_until(lambda: running.ask("ping")["rooms"] == 0, what="the end of all rooms")
