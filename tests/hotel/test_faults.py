"""Killed processes: rooms, kernels and their counts live on. `NBHOTEL_STORM=ROOMS,SECONDS` for more."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.kernels import Kernel
from tests.hotel.support import SystemUser, kill, short_folder, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.root, needs_root]

_ROOMS, _SECONDS = (int(part) for part in os.environ.get("NBHOTEL_STORM", "3,15").split(","))

#: Counts in a thread, five times a second, into a file.
_COUNTING = """
import threading, time
def count():
    n = 0
    with open("count.txt", "a", buffering=1) as file:
        while True:
            n += 1
            file.write(f"{n}\\n")
            time.sleep(0.2)
threading.Thread(target=count, daemon=True).start()
"""


@pytest.fixture(scope="module")
def guests() -> Iterator[list[SystemUser]]:
    with ExitStack() as stack:
        yield [stack.enter_context(system_user()) for _ in range(max(_ROOMS, 2))]


@pytest.fixture(scope="module")
def hotel(guests: list[SystemUser]) -> Iterator[Hotel]:
    names = [user.name for user in guests]
    with short_folder() as folder, open_hotel(folder, needs_guests(*names)) as hotel:
        yield hotel


def settled(hotel: Hotel) -> bool:
    return bool(hotel.status()["ready"])


async def counting_kernel(hotel: Hotel, user: SystemUser) -> Kernel:
    token = hotel.layout.admin_token_file.read_text().strip()
    kernel = Kernel(f"{hotel.url}/user/{user.name}", token)
    await kernel.start()
    await kernel.connect()
    await kernel.run(_COUNTING)
    return kernel


def counted(user: SystemUser) -> list[int]:
    return [int(line) for line in (user.home / "count.txt").read_text().split()]


async def test_a_storm_of_kills_loses_no_room_kernel_or_count(hotel: Hotel, guests: list[SystemUser]) -> None:
    users = guests[:_ROOMS]
    for user in users:
        hotel.open_room(user.name)
    kernels = [await counting_kernel(hotel, user) for user in users]
    before = {room["user"]: room["pid"] for room in hotel.status()["rooms"]}
    kills = await _storm(hotel, kernels, _SECONDS)
    wait_until(lambda: settled(hotel), seconds=60, what="the hotel's recovery")
    assert {room["user"]: room["pid"] for room in hotel.status()["rooms"]} == before
    for user, kernel in zip(users, kernels, strict=True):
        numbers = counted(user)
        assert numbers == list(range(1, len(numbers) + 1)), f"{user.name} lost a count"
        await kernel.connect()
        assert await kernel.run("print(threading.active_count() > 1)") == "True\n"
        assert counted(user)[-1] > numbers[-1] - 1
    with hotel.api() as api:
        wait_until(
            lambda: all(_ready(api, user) for user in users), seconds=60, what="the hub's memory of rooms"
        )
    proxy_kills = [when for when, name in kills if name == "proxy"]
    for kernel in kernels:
        for closing in kernel.closings:
            near = [when for when in proxy_kills if 0 <= closing - when < 5]
            assert near, "a websocket closed without the proxy having been killed"
    counts = sum(len(counted(user)) for user in users)
    print(f"{len(kills)} kills, {len(users)} rooms, {counts} counts, none lost")


def _has_another(hotel: Hotel, name: str, pid: int) -> bool:
    """Whether the process runs again, under another pid."""
    return hotel.pid(name) not in (0, pid)


def _ready(api: object, user: SystemUser) -> bool:
    reply = api.get(f"/hub/api/users/{user.name}").json()  # type: ignore[attr-defined]
    return bool(reply["servers"].get("", {}).get("ready"))


async def _storm(hotel: Hotel, kernels: list[Kernel], seconds: float) -> list[tuple[float, str]]:
    """Kill for so long, each as often as the others, while each kernel's websocket is watched and mended."""
    watches = [asyncio.ensure_future(_watch(kernel)) for kernel in kernels]
    kills: list[tuple[float, str]] = []
    end = time.monotonic() + seconds
    victims: list[str] = []
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(1, 4))
        victims = victims or random.sample(["hub", "proxy", "zygote"], 3)
        name = victims.pop()
        pid = await asyncio.to_thread(hotel.pid, name)
        if pid:
            kills.append((time.monotonic(), name))
            kill(pid)
    for watch in watches:
        watch.cancel()
    return kills


async def _watch(kernel: Kernel) -> None:
    """Note when the websocket closes, and open it again."""
    while True:
        assert kernel.socket is not None
        if await kernel.socket.read_message() is None:
            kernel.closings.append(time.monotonic())
            while True:
                try:
                    await kernel.connect()
                    break
                except Exception:
                    await asyncio.sleep(0.2)


async def test_websockets_survive_the_death_of_hub_and_zygote(hotel: Hotel, guests: list[SystemUser]) -> None:
    user = guests[0]
    hotel.open_room(user.name)
    token = hotel.layout.admin_token_file.read_text().strip()
    kernel = Kernel(f"{hotel.url}/user/{user.name}", token)
    await kernel.start()
    await kernel.connect()
    assert await kernel.run("x = 41; print(x)") == "41\n"
    for name in ("hub", "zygote"):
        pid = hotel.pid(name)
        kill(pid)
        assert await kernel.run("x += 1; print(x)") == f"{42 if name == 'hub' else 43}\n"
        wait_until(partial(_has_another, hotel, name, pid), seconds=20, what=f"a new {name}")
    wait_until(lambda: settled(hotel), seconds=60)
    assert await kernel.run("print(x)") == "43\n"


async def test_the_next_up_adopts_rooms_after_a_crash_of_everything_else(
    hotel: Hotel, guests: list[SystemUser]
) -> None:
    user = guests[0]
    hotel.open_room(user.name)
    token = hotel.layout.admin_token_file.read_text().strip()
    kernel = Kernel(f"{hotel.url}/user/{user.name}", token)
    await kernel.start()
    await kernel.connect()
    await kernel.run("kept = 'still here'")
    rooms = {room["user"]: room["pid"] for room in hotel.status()["rooms"]}
    pids = [process["pid"] for process in hotel.status()["processes"]]
    for pid in pids:
        kill(pid)
    wait_until(lambda: not any(_runs(pid) for pid in pids), what="the end of everything but the rooms")
    assert hotel.status()["address"] is None
    assert {room["user"]: room["pid"] for room in hotel.status()["rooms"]} == rooms
    hotel.up()
    await kernel.connect()
    assert await kernel.run("print(kept)") == "still here\n"
    with hotel.api() as api:
        wait_until(lambda: _ready(api, user), what="the hub's memory of the room")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_room_is_noticed_and_comes_back(hotel: Hotel, guests: list[SystemUser]) -> None:
    user = guests[0]
    hotel.open_room(user.name)
    (pid,) = [room["pid"] for room in hotel.status()["rooms"] if room["user"] == user.name]
    kill(pid, signal.SIGKILL)
    with hotel.api() as api:
        wait_until(lambda: not _ready(api, user), seconds=10, what="the hub's notice")
        # An address of a room that is gone is answered by the hub.
        assert api.get(f"/user/{user.name}/api/status").status_code in (302, 404, 424, 503)
    hotel.open_room(user.name)


def test_a_second_up_on_the_same_state_is_refused(hotel: Hotel) -> None:
    second = hotel.run("up", check=False)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "runs on this state already" in second.stderr
    assert settled(hotel)


async def test_keep_rooms_keeps_them_and_down_ends_them(hotel: Hotel, guests: list[SystemUser]) -> None:
    user = guests[1]
    hotel.open_room(user.name)
    (pid,) = [room["pid"] for room in hotel.status()["rooms"] if room["user"] == user.name]
    assert "rooms run on" in hotel.run("down", "--keep-rooms").stdout
    assert _runs(pid)
    hotel.up()
    assert [room["pid"] for room in hotel.status()["rooms"] if room["user"] == user.name] == [pid]
    hotel.run("down")
    assert not _runs(pid)
    assert hotel.status()["rooms"] == []
