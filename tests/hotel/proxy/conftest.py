"""A real Caddy in front of real servers on real sockets, all below one temporary directory."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbhotel.hotel.layout import Layout
from tests.hotel.proxy.street import Street, make_state


@pytest.fixture
def layout() -> Iterator[Layout]:
    """A state directory with a short path, since paths of unix sockets are limited."""
    state = Path(tempfile.mkdtemp(prefix="nbh-"))
    layout = Layout(state)
    make_state(layout)
    yield layout
    shutil.rmtree(state, ignore_errors=True)


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def street(layout: Layout, free_port: int) -> Iterator[Street]:
    """The proxy on a free loopback port with a hub behind it; rooms are added by the test."""
    street = Street(layout, f"127.0.0.1:{free_port}")
    with street:
        street.open_hub()
        yield street
