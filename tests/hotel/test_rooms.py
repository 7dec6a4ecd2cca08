"""Rooms of all kinds, with limits, and how they end: with real rooms through the real hub."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.kernels import Kernel
from tests.hotel.support import SystemUser, short_folder, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.root, needs_root]

#: A room of one's own making: takes the socket as systemd hands it over, and says so.
_OWN_ROOM = """
import http.server, os, socket, socketserver
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"own room of {os.environ['USER']} at {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def address_string(self):
        return "-"
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    address_family = socket.AF_UNIX
    def __init__(self):
        socketserver.BaseServer.__init__(self, "", Handler)
        self.socket = socket.socket(fileno=3)
Server().serve_forever()
"""


@pytest.fixture(scope="module")
def user() -> Iterator[SystemUser]:
    with system_user() as user:
        yield user


def hotel_with(user: SystemUser, folder: Path, **more: Any) -> Any:
    return open_hotel(folder, needs_guests(user.name), **more)


def kernel_of(hotel: Hotel, user: SystemUser, server: str = "") -> Kernel:
    token = hotel.layout.admin_token_file.read_text().strip()
    room = f"{hotel.url}/user/{user.name}" + (f"/{server}" if server else "")
    return Kernel(room, token)


async def test_limits_of_memory_and_processor_hold(user: SystemUser) -> None:
    rooms = {"memory": "400M", "cpu": 0.5}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        hotel.open_room(user.name)
        kernel = kernel_of(hotel, user)
        await kernel.start()
        await kernel.connect()
        before = {room["pid"] for room in hotel.status()["rooms"]}
        assert await kernel.run("import os; print(os.environ['MEM_LIMIT'])") == f"{400 * 2**20}\n"
        assert await kernel.run("print(open('/proc/self/oom_score_adj').read().strip())") == "500\n"
        burnt = "import time; a = time.process_time(); b = time.time()\nwhile time.time() - b < 3: pass\n"
        used = float(await kernel.run(burnt + "print((time.process_time() - a) / (time.time() - b))"))
        assert used < 0.75, f"{used:.2f} cores used of 0.5"
        with pytest.raises((ConnectionError, TimeoutError)):
            await kernel.run("x = bytearray(900 * 2**20); print(len(x))", timeout=15)
        wait_until(lambda: hotel.status()["ready"])
        assert {room["pid"] for room in hotel.status()["rooms"]} == before, "the room must not die"
        await _kernel_runs_again(kernel)


async def _kernel_runs_again(kernel: Kernel) -> None:
    """Jupyter starts a kernel that died again: the same one, with nothing in it."""
    async with httpx.AsyncClient(headers=kernel.headers, timeout=60) as client:
        reply = await client.post(f"{kernel.room}/api/kernels/{kernel.identity}/restart")
        assert reply.status_code in (200, 201), reply.text
    await kernel.connect()
    assert await kernel.run("print('x' in globals())") == "False\n"


async def test_named_servers_are_rooms_of_their_own(user: SystemUser) -> None:
    with short_folder() as folder, hotel_with(user, folder) as hotel:
        hotel.open_room(user.name)
        hotel.open_room(user.name, "second")
        rooms = {room["server"]: room["pid"] for room in hotel.status()["rooms"]}
        assert set(rooms) == {"", "second"}
        assert rooms[""] != rooms["second"]
        for server in ("", "second"):
            kernel = kernel_of(hotel, user, server)
            await kernel.start()
            await kernel.connect()
            printed = await kernel.run("import os; print(os.environ['JUPYTERHUB_SERVER_NAME'])")
            assert printed.strip() == server
        with hotel.api() as api:
            assert api.delete(f"/hub/api/users/{user.name}/servers/second").status_code in (202, 204)
        wait_until(lambda: [room["server"] for room in hotel.status()["rooms"]] == [""])


async def test_cold_rooms_and_another_environment_run_the_same_server(user: SystemUser) -> None:
    rooms = {"start": "cold", "environment": sys.prefix}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        hotel.open_room(user.name)
        (room,) = hotel.status()["rooms"]
        assert Path(f"/proc/{room['pid']}").stat().st_uid == user.uid
        words = Path(f"/proc/{room['pid']}/cmdline").read_bytes().split(b"\0")
        assert words[0].decode() == f"{sys.prefix}/bin/python"
        kernel = kernel_of(hotel, user)
        await kernel.start()
        await kernel.connect()
        assert await kernel.run("print(6 * 7)") == "42\n"


async def test_notebook_7_is_a_kind_of_room(user: SystemUser) -> None:
    pytest.importorskip("notebook")
    with short_folder() as folder, hotel_with(user, folder, rooms={"kind": "notebook"}) as hotel:
        hotel.open_room(user.name)
        token = hotel.layout.admin_token_file.read_text().strip()
        headers = {"Authorization": f"token {token}"}
        page = httpx.get(f"{hotel.url}/user/{user.name}/", headers=headers, follow_redirects=True)
        assert page.url.path.endswith("/tree")
        assert "Jupyter" in page.text


async def test_a_command_of_ones_own_is_a_kind_of_room(user: SystemUser) -> None:
    rooms = {"kind": ["/usr/bin/python3", "-c", _OWN_ROOM], "start": "cold"}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        hotel.open_room(user.name)
        page = httpx.get(f"{hotel.url}/user/{user.name}/any/where")
        assert page.text == f"own room of {user.name} at /user/{user.name}/any/where"


def test_an_idle_room_is_culled_and_its_address_brings_it_back(user: SystemUser) -> None:
    with short_folder() as folder, hotel_with(user, folder, rooms={"idle_timeout": 4}) as hotel:
        hotel.open_room(user.name)
        wait_until(lambda: hotel.status()["rooms"] == [], seconds=60, what="the culling")
        with httpx.Client(base_url=hotel.url, follow_redirects=True, timeout=60) as browser:
            browser.get("/hub/login")
            form = {"username": user.name, "password": user.password, "_xsrf": browser.cookies["_xsrf"]}
            browser.post("/hub/login", data=form)
            page = browser.get(f"/user/{user.name}/lab", headers={"Sec-Fetch-Mode": "navigate"})
            assert "implicit_spawn_seconds" in page.text or "JupyterLab" in page.text


def test_a_room_that_cannot_start_says_where_to_look(user: SystemUser) -> None:
    rooms = {"kind": ["/usr/bin/python3", "-c", "raise SystemExit(3)"], "start": "cold"}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        with hotel.api() as api:
            api.post(f"/hub/api/users/{user.name}")
            answer = api.post(f"/hub/api/users/{user.name}/server")
        assert answer.status_code == 500
        assert "ended while it was starting" in answer.json()["message"]
        assert hotel.status()["ready"]


def test_signals_to_the_supervisor_close_the_hotel(user: SystemUser) -> None:
    import os

    with short_folder() as folder, hotel_with(user, folder) as hotel:
        pids = [process["pid"] for process in hotel.status()["processes"]]
        os.kill(hotel.pid("supervisor"), signal.SIGINT)
        wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in pids), what="the end of all")
        assert not hotel.layout.supervisor_file.exists()
