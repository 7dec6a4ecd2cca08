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
from pathlib import Path
from typing import Any

import pytest
from certipy import Certipy  # type: ignore[import-untyped]

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.routefile import Route, folder, target_name, write
from nbhotel.hotel.proxy.tls import certified_names
from tests.hotel.proxy.street import Answer, Street

pytestmark = pytest.mark.slow


def certificate(street: Street, name: str | None) -> set[str]:
    """Return the names in the certificate that the hotel shows to who asks for ``name``, verified."""
    root = street.layout.proxy_dir / "pki" / "authorities" / "local" / "root.crt"
    context = ssl.create_default_context(cafile=str(root))
    context.check_hostname = False
    with (
        socket.create_connection(("127.0.0.1", street.bind.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        shown: dict[str, Any] = secure.getpeercert() or {}
        return {value for _, value in shown["subjectAltName"]}


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
    with Street(layout, f"https://lab.internal:{free_port}"):
        with socket.create_connection(("127.0.0.1", free_port)) as plain:
            plain.sendall(f"GET /hub/x?y HTTP/1.0\r\nHost: lab.internal:{free_port}\r\n\r\n".encode())
            answer = Answer(plain.makefile("rb").read())
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


def test_targets_on_https_must_be_certified(layout: Layout, free_port: int, tmp_path: Path) -> None:
    certipy = Certipy(store_dir=str(tmp_path))
    authority = certipy.create_ca("authority")
    pair = certipy.create_signed_pair("service", "authority", alt_names=["DNS:localhost"])
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pair["files"]["cert"], pair["files"]["key"])
    trusting = {"SSL_CERT_FILE": authority["files"]["cert"]}
    with Street(layout, f"127.0.0.1:{free_port}", more_environment=trusting) as street:
        street.open_hub()
        service = street.open("service", 0, tls=tls)
        for prefix, host in (("/services/good/", "localhost"), ("/services/bad/", "127.0.0.1")):
            name = target_name(f"https://{host}:{service.port}/below")
            route = Route(routespec=prefix, target="", data={})
            write(folder(layout.routes_dir, prefix), name, route)
        told = street.ask("/services/good/x").told
        assert (told["who"], told["uri"]) == ("service", "/below/services/good/x")
        assert told["headers"]["Host"] == f"127.0.0.1:{free_port}"
        assert street.ask("/services/bad/x").who == "hub"


@contextmanager
def own_network(*names: str) -> Iterator[list[str]]:
    """A network namespace with loopback only, where ``names`` are known; yields how to run in it."""
    name = f"nbh{os.getpid()}"
    hosts = Path("/etc/netns", name, "hosts")
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        hosts.parent.mkdir(parents=True)
        hosts.write_text(f"127.0.0.1 localhost {' '.join(names)}\n")
        inside = ["ip", "netns", "exec", name]
        subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
        yield inside
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)
        shutil.rmtree(hosts.parent, ignore_errors=True)


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
            plain.sendall(f"GET /x HTTP/1.0\\r\\nHost: {street.bind.name}\\r\\n\\r\\n".encode())
            redirect = Answer(plain.makefile("rb").read())
        hello = street.ask("/hub/home")
        status = Path(f"/proc/{street.caddy.process.pid}/status").read_text()
        uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
        print(json.dumps({"redirect": redirect.headers["location"], "who": hello.who, "uids": uids,
                          "hsts": hello.headers.get("strict-transport-security")}))
    """
)


needs_network = pytest.mark.skipif(
    os.getuid() != 0 or shutil.which("ip") is None, reason="needs root and iproute2: a network namespace"
)


def run_inside(inside: list[str], program: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [*inside, sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, object] = json.loads(done.stdout)
    return told


def give_to_nobody(layout: Layout) -> None:
    for path in (layout.state, *layout.state.rglob("*")):
        path.chmod(0o755)
    for path in (layout.proxy_dir, layout.proxy_run_dir):
        shutil.chown(path, "nobody", "nogroup")


@pytest.mark.root
@needs_network
@pytest.mark.parametrize("bind", ["https://lab.internal", "https://localhost", "https://127.0.0.1"])
def test_low_ports_are_served_without_rights(layout: Layout, bind: str) -> None:
    give_to_nobody(layout)
    with own_network() as inside:
        told = run_inside(inside, INSIDE, str(layout.state), bind)
    name = parse_bind(bind).name
    nobody = str(layout.proxy_dir.stat().st_uid)
    assert told == {"redirect": f"https://{name}/x", "who": "hub", "uids": [nobody] * 4, "hsts": None}


ACME = textwrap.dedent(
    """
    import json, socket, ssl, subprocess, sys, time
    from pathlib import Path
    from nbhotel.hotel.layout import Layout
    from tests.hotel.proxy import street
    from tests.hotel.proxy.authority import Authority

    state, challenge = Path(sys.argv[1]), sys.argv[2]
    with Authority(state / "authority") as authority:
        real = street.caddy_config

        def configured(*args, **options):
            config = real(*args, **options)
            issuer = authority.issuer(without=challenge)
            config["apps"]["tls"]["automation"] = {"policies": [{"issuers": [issuer]}]}
            return config

        street.caddy_config = configured
        with street.Street(Layout(state), "https://lab.example.org", user="nobody", group="nogroup") as hotel:
            hotel.open_hub()
            hotel.layout.hub_socket.chmod(0o666)
            context = ssl.create_default_context(cafile=str(authority.root))
            for attempt in range(60):
                try:
                    plain = socket.create_connection(("127.0.0.1", 443), timeout=5)
                    with context.wrap_socket(plain, server_hostname="lab.example.org") as secure:
                        names = [name for _, name in secure.getpeercert()["subjectAltName"]]
                    break
                except OSError:
                    time.sleep(0.25)
            answer = hotel.ask("/hub/home")
            print(json.dumps({"names": names, "who": answer.who,
                              "hsts": answer.headers.get("strict-transport-security")}))
    """
)


@pytest.mark.root
@needs_network
@pytest.mark.parametrize("without", ["http", "tls-alpn"])
def test_a_public_name_is_certified_by_acme(layout: Layout, without: str) -> None:
    give_to_nobody(layout)
    with own_network("lab.example.org") as inside:
        told = run_inside(inside, ACME, str(layout.state), without)
    assert told == {"names": ["lab.example.org"], "who": "hub", "hsts": "max-age=31536000"}
