"""A pytest plugin for JupyterHub's own tests: their hub starts rooms through our spawner and a real zygote.

Run as an ordinary user: the tests' users are no system accounts, and only a zygote without root takes them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyterhub.tests.mocking import MockHub

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.probes import healthy
from nbhotel.hotel.spawner import RoomSpawner
from tests.hotel.proxy.upstream import caddy_plugin

_zygotes: list[subprocess.Popen[bytes]] = []
_original = caddy_plugin._init_proxy


def _init_proxy(hub: MockHub) -> None:
    """Give the hub our proxy, then our spawner on the same state."""
    _original(hub)
    layout = caddy_plugin._streets[-1].layout
    _start_zygote(layout)
    hub.config.RoomSpawner.state_dir = str(layout.state)
    hub.config.RoomSpawner.room_command = [sys.executable, str(Path(__file__).with_name("echo_room.py"))]
    hub.spawner_class = RoomSpawner


def _start_zygote(layout: Layout) -> None:
    for directory in (layout.rooms_dir, layout.room_log_dir, layout.homes_dir):
        directory.mkdir(parents=True, exist_ok=True)
    options = [f"--hub-uid={os.getuid()}", f"--group={os.getgid()}"]
    command = [sys.executable, "-m", "nbhotel.hotel.zygote", str(layout.state), *options]
    _zygotes.append(subprocess.Popen(command))
    deadline = time.monotonic() + 90
    while not healthy("zygote", layout):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    MockHub.init_proxy = _init_proxy


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    for street in caddy_plugin._streets:
        from nbhotel.hotel.probes import stop_rooms

        stop_rooms(street.layout, 5)
    while _zygotes:
        zygote = _zygotes.pop()
        zygote.terminate()
        zygote.wait(10)
