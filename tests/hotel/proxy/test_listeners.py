"""Opening the public sockets, and what is said when they can't be opened."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.errors import StateError, UsageError
from nbhotel.hotel.proxy.bind import Bind, parse_bind
from nbhotel.hotel.proxy.listeners import open_listeners


def test_sockets_listen_and_are_kept_from_other_programs(free_port: int) -> None:
    (listener,) = open_listeners(parse_bind(f"127.0.0.1:{free_port}"))
    with listener, socket.create_connection(("127.0.0.1", free_port)):
        assert listener.getsockname() == ("127.0.0.1", free_port)
        assert not listener.get_inheritable()


def test_all_interfaces_means_both_families(free_port: int) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    (listener,) = open_listeners(parse_bind(f":{free_port}"))
    with listener:
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, free_port), timeout=5).close()


def test_a_taken_port_names_who_has_it(free_port: int) -> None:
    with (
        socket.create_server(("127.0.0.1", free_port)),
        pytest.raises(StateError) as caught,
    ):
        open_listeners(parse_bind(f"127.0.0.1:{free_port}"))
    name = Path("/proc/self/comm").read_text().strip()
    assert f"port {free_port} is taken by process {os.getpid()} ({name})" in str(caught.value)


def test_nothing_stays_open_when_the_second_port_is_taken(
    monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = (("127.0.0.1", free_port), ("127.0.0.1", taken.getsockname()[1]))
        monkeypatch.setattr(Bind, "addresses", ports)
        with pytest.raises(StateError):
            open_listeners(parse_bind("https://localhost"))
    socket.create_server(("127.0.0.1", free_port)).close()


def test_an_address_of_another_machine() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1 is not an address of this machine"):
        open_listeners(parse_bind("192.0.2.1:8000"))


def test_a_port_that_needs_rights() -> None:
    program = (
        "from nbhotel.hotel.proxy.bind import parse_bind\n"
        "from nbhotel.hotel.proxy.listeners import open_listeners\n"
        "try: open_listeners(parse_bind('127.0.0.1:79'))\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    with contextlib.suppress(ValueError):
        if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 79:
            pytest.skip("every port may be opened here")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        user="nobody" if os.getuid() == 0 else None,
    )
    said = done.stdout.decode() + done.stderr.decode()
    assert said.startswith(
        "StateError bind 127.0.0.1:79: no right to open port 79 (start as root, or bind a port"
    )
