"""HTTPS: the hotel's own authority, a public authority over ACME, low ports without rights."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.hotel.proxy.street import Answer, Street

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.tls import certified_names


def certificate(street: Street, name: str | None) -> set[str]:
    """Return the names in the certificate that the hotel shows to who asks for ``name``, verified."""
    root = street.layout.proxy_dir / "pki" / "authorities" / "local" / "root.crt"
    context = ssl.create_default_context(cafile=str(root))
    context.check_hostname = False
    with (
        socket.create_connection(("127.0.0.1", street.bind.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return {str(value) for _, value in secure.getpeercert()["subjectAltName"]}  # type: ignore[index,misc]


def test_a_private_name_has_a_certificate_of_the_hotels_own(layout: Layout, free_port: int) -> None:
    with Street(layout, f"https://lab.internal:{free_port}") as street:
        street.open_hub()
        told = street.ask("/hub/home").told
        assert (told["who"], told["headers"]["X-Forwarded-Proto"]) == ("hub", "https")
        assert certificate(street, "lab.internal") == {"lab.internal"}
        assert certificate(street, None) == {"lab.internal"}
        assert street.ask("/hub/", headers={"Host": "evil.example"}).status == 421


def test_a_hotel_on_all_interfaces_is_certified_for_each_address(layout: Layout, free_port: int) -> None:
    with Street(layout, f"0.0.0.0:{free_port}") as street:
        street.open_hub()
        assert street.ask("/hub/", headers={"Host": "10.1.2.3"}).who == "hub"
        assert "127.0.0.1" in certified_names(street.bind)
        assert certificate(street, "127.0.0.1") == {"127.0.0.1"}
        assert certificate(street, socket.gethostname()) == {socket.gethostname()}
        # A browser that asks for an address names none: the address it came to is taken.
        assert certificate(street, None) & {"127.0.0.1", socket.gethostname()}


def test_plain_http_on_the_secure_port_is_sent_over(layout: Layout, free_port: int) -> None:
    with Street(layout, f"https://lab.internal:{free_port}") as street:
        with socket.create_connection(("127.0.0.1", free_port)) as plain:
            plain.sendall(f"GET /hub/x?y HTTP/1.1\r\nHost: lab.internal:{free_port}\r\n\r\n".encode())
            answer = Answer(plain.recv(65536))
        assert answer.status == 308
        assert answer.headers["location"] == f"https://lab.internal:{free_port}/hub/x?y"


def test_websockets_over_tls(layout: Layout, free_port: int) -> None:
    import websocket

    with Street(layout, f"https://localhost:{free_port}") as street:
        street.open_room("ann")
        options = {"cert_reqs": ssl.CERT_NONE, "check_hostname": False}
        connection = websocket.create_connection(
            f"wss://localhost:{free_port}/user/ann/echo", timeout=10, sslopt=options
        )
        connection.send("hello")
        assert connection.recv() == "hello"
        connection.close()


@contextmanager
def own_network() -> Iterator[list[str]]:
    """A network namespace with loopback only; yields the words that run a command in it."""
    name = f"nbh{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        inside = ["ip", "netns", "exec", name]
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        yield inside
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


INSIDE = textwrap.dedent(
    """
    import json, socket, ssl, sys
    from pathlib import Path
    from nbhotel.hotel.layout import Layout
    from tests.hotel.proxy.street import Answer, Street

    with Street(Layout(Path(sys.argv[1])), sys.argv[2], user="nobody", group="nogroup") as street:
        street.open_hub()
        Path(sys.argv[1], "run/hub/hub.sock").chmod(0o666)
        with socket.create_connection(("127.0.0.1", 80)) as plain:
            plain.sendall(f"GET /x HTTP/1.1\\r\\nHost: {street.bind.name}\\r\\nConnection: close\\r\\n\\r\\n".encode())
            redirect = Answer(plain.recv(65536))
        hello = street.ask("/hub/home")
        status = Path(f"/proc/{street.caddy.process.pid}/status").read_text()
        uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
        print(json.dumps({"redirect": redirect.headers["location"], "who": hello.who, "uids": uids,
                          "hsts": hello.headers.get("strict-transport-security")}))
    """
)


@pytest.mark.root
@pytest.mark.skipif(os.getuid() != 0, reason="needs root: low ports and a network namespace")
@pytest.mark.skipif(shutil.which("ip") is None, reason="needs iproute2")
@pytest.mark.parametrize("bind", ["https://lab.internal", "https://localhost", "https://127.0.0.1"])
def test_low_ports_are_served_without_rights(layout: Layout, bind: str) -> None:
    for directory in (layout.state, *layout.state.rglob("*")):
        directory.chmod(0o755)
    for directory in (layout.proxy_dir, layout.proxy_run_dir):
        shutil.chown(directory, "nobody", "nogroup")
    with own_network() as inside:
        done = subprocess.run(
            [*inside, sys.executable, "-c", INSIDE, str(layout.state), bind],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    name = parse_bind(bind).name
    nobody = str(layout.proxy_dir.stat().st_uid)
    assert told == {"redirect": f"https://{name}/x", "who": "hub", "uids": [nobody] * 4, "hsts": None}
