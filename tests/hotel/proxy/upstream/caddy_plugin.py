"""A pytest plugin for JupyterHub's own tests: their hub gets our proxy class, and a real Caddy in front.

Their fixtures make the hub (`MockHub`) themselves, so the class is adapted where it makes its proxy.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jupyterhub.tests.mocking import MockHub

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.routes import CaddyRoutes
from tests.hotel.proxy.street import Street, make_state

_streets: list[Street] = []
#: Answers what JupyterHub's stand-in for a room answers, and is there in a tenth of the time.
_ROOM = Path(__file__).parents[2] / "upstream" / "echo_room.py"


def _init_proxy(hub: MockHub) -> None:
    layout = Layout(Path(tempfile.mkdtemp(prefix="nbh-")))
    make_state(layout)
    hub.config.CaddyRoutes.state = str(layout.state)
    hub.config.MockSpawner.cmd = [sys.executable, str(_ROOM)]
    hub.proxy_class = CaddyRoutes
    _original_init_proxy(hub)
    public = urlsplit(hub.bind_url)
    inner = urlsplit(hub.hub.url)
    config = {"base_url": hub.base_url, "hub_dial": f"{inner.hostname}:{inner.port}"}
    _streets.append(Street(layout, f"{public.hostname}:{public.port}", config=config))
    _streets[-1].__enter__()


_original_init_proxy = MockHub.init_proxy


@pytest.hookimpl
def pytest_configure() -> None:
    MockHub.init_proxy = _init_proxy


@pytest.hookimpl
def pytest_unconfigure() -> None:
    MockHub.init_proxy = _original_init_proxy
    while _streets:
        street = _streets.pop()
        street.__exit__()
        shutil.rmtree(street.layout.state)
