"""Rooms of all kinds, with limits, and how they end: with real rooms through the real hub."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from nbhotel.hotel.zygote.processes import Identity
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.kernels import Kernel
from tests.hotel.support import SystemUser, short_folder, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.root, needs_root]

#: A room of one's own making: takes the socket as systemd hands it over, and says so. `broken` ends.
_OWN_ROOM = """
import http.server, os, socket, socketserver, sys
if sys.argv[1] == "broken":
    raise SystemExit(3)
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


@pytest.fixture(scope="module")
def plain(user: SystemUser) -> Iterator[Hotel]:
    """A hotel whose settings are as they come."""
    with short_folder() as folder, hotel_with(user, folder) as hotel:
        yield hotel


@pytest.fixture(scope="module")
def hotel_of_ones_own(user: SystemUser) -> Iterator[Hotel]:
    rooms = {"kind": ["/usr/bin/python3", "-c", _OWN_ROOM, "{server}"], "start": "cold"}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        yield hotel


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
        pid = int(await kernel.run("print(os.getpid())"))
        asked = asyncio.ensure_future(kernel.run("x = bytearray(900 * 2**20); print(len(x))"))
        await _end_of(pid)
        assert not asked.done(), "there was more memory than allowed"
        asked.cancel()
        wait_until(lambda: hotel.status()["ready"])
        assert {room["pid"] for room in hotel.status()["rooms"]} == before, "the room must not die"
        await _kernel_runs_again(kernel)


async def _end_of(pid: int) -> None:
    """Wait until a process has gone, or is waited for by its parent."""
    async with asyncio.timeout(30):
        while (identity := Identity.of(pid)) and identity.runs():
            await asyncio.sleep(0.1)


async def _kernel_runs_again(kernel: Kernel) -> None:
    """Jupyter starts a kernel that died again: the same one, with nothing in it."""
    for patience in (5, 10, 20, 40):  # what is asked while it starts may get no answer
        with suppress(TimeoutError, ConnectionError):
            await kernel.connect()
            assert await kernel.run("print('x' in globals())", timeout=patience) == "False\n"
            return
    raise AssertionError("the kernel has not come back")


async def test_named_servers_are_rooms_of_their_own(plain: Hotel, user: SystemUser) -> None:
    plain.open_room(user.name)
    plain.open_room(user.name, "second")
    rooms = {room["server"]: room["pid"] for room in plain.status()["rooms"]}
    assert set(rooms) == {"", "second"}
    assert rooms[""] != rooms["second"]
    for server in ("", "second"):
        kernel = kernel_of(plain, user, server)
        await kernel.start()
        await kernel.connect()
        printed = await kernel.run("import os; print(os.environ['JUPYTERHUB_SERVER_NAME'])")
        assert printed.strip() == server
    with plain.api() as api:
        assert api.delete(f"/hub/api/users/{user.name}/servers/second").status_code in (202, 204)
    wait_until(lambda: [room["server"] for room in plain.status()["rooms"]] == [""])


def test_signals_to_the_supervisor_close_the_hotel(plain: Hotel) -> None:
    import os

    pids = [process["pid"] for process in plain.status()["processes"]]
    os.kill(plain.pid("supervisor"), signal.SIGINT)
    wait_until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in pids), what="the end of all")
    assert not plain.layout.supervisor_file.exists()


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


def test_notebook_7_is_a_kind_of_room_and_an_idle_one_is_culled_and_comes_back(user: SystemUser) -> None:
    pytest.importorskip("notebook")
    rooms = {"kind": "notebook", "idle_timeout": 4}
    with short_folder() as folder, hotel_with(user, folder, rooms=rooms) as hotel:
        hotel.open_room(user.name)
        token = hotel.layout.admin_token_file.read_text().strip()
        headers = {"Authorization": f"token {token}"}
        page = httpx.get(f"{hotel.url}/user/{user.name}/", headers=headers, follow_redirects=True)
        assert page.url.path.endswith("/tree")
        assert "Jupyter" in page.text
        wait_until(lambda: hotel.status()["rooms"] == [], seconds=60, what="the culling")
        with httpx.Client(base_url=hotel.url, follow_redirects=True, timeout=60) as browser:
            browser.get("/hub/login")
            form = {"username": user.name, "password": user.password, "_xsrf": browser.cookies["_xsrf"]}
            browser.post("/hub/login", data=form)
            page = browser.get(f"/user/{user.name}/tree", headers={"Sec-Fetch-Mode": "navigate"})
            assert "implicit_spawn_seconds" in page.text or "Jupyter Notebook" in page.text


async def test_a_command_of_ones_own_is_a_kind_of_room(hotel_of_ones_own: Hotel, user: SystemUser) -> None:
    hotel_of_ones_own.open_room(user.name)
    page = httpx.get(f"{hotel_of_ones_own.url}/user/{user.name}/any/where")
    assert page.text == f"own room of {user.name} at /user/{user.name}/any/where"


def test_a_room_that_cannot_start_says_where_to_look(hotel_of_ones_own: Hotel, user: SystemUser) -> None:
    with hotel_of_ones_own.api() as api:
        api.post(f"/hub/api/users/{user.name}")
        answer = api.post(f"/hub/api/users/{user.name}/servers/broken")
    assert answer.status_code == 500
    assert "ended while it was starting" in answer.json()["message"]
    assert hotel_of_ones_own.status()["ready"]
