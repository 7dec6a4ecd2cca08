"""JupyterHub's proxy class over files: what it keeps, what it refuses."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from jupyterhub import orm
from jupyterhub.utils import url_escape_path
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.routes import CaddyRoutes
from tests.hotel.proxy.street import Street

HUB = SimpleNamespace(routespec="/", host="http+unix://hub")


def routes_of(layout: Layout, *, host_routing: bool = False) -> CaddyRoutes:
    return CaddyRoutes(state=str(layout.state), hub=HUB, host_routing=host_routing)


def unix(path: Path) -> str:
    return f"http+unix://{quote(str(path), safe='')}"


async def test_routes_are_kept_byte_for_byte_and_over_restarts(layout: Layout) -> None:
    proxy = routes_of(layout)
    assert proxy.should_start is False
    wanted = {}
    for user, server in (("ann", ""), ("ann", "a b/c"), ("秀樹", ""), (".dot", "..x"), ("x+y@z", "+")):
        spec = f"/user/{url_escape_path(user)}/" + (f"{url_escape_path(server)}/" if server else "")
        target, data = unix(layout.room_socket(user, server)), {"user": user, "server_name": server}
        await proxy.add_route(spec, target, data)
        wanted[spec] = {"routespec": spec, "target": target, "data": data}
    for spec, target in (
        ("/", HUB.host),
        ("/services/ping/", "https://[::1]:99"),
        ("/x/", "http://host/a/b"),
    ):
        await proxy.add_route(spec, target, {"service": spec})
        wanted[spec] = {"routespec": spec, "target": target, "data": {"service": spec}}
    assert await routes_of(layout).get_all_routes() == wanted
    for spec in wanted:
        await proxy.delete_route(spec)
        await proxy.delete_route(spec)
    assert await proxy.get_all_routes() == {}
    left = {path.name for path in layout.routes_dir.rglob("*") if path.is_file()}
    assert left == {"=asleep.json"}


async def test_only_the_group_may_look(layout: Layout) -> None:
    old = os.umask(0)
    try:
        await routes_of(layout).add_route("/services/ping/", "http://h:1", {})
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in layout.routes_dir.rglob("*")}
    assert modes == {"services": 0o750, "ping": 0o750, "=http,h:1.json": 0o640}


async def test_host_routes_are_kept_apart(layout: Layout) -> None:
    proxy = routes_of(layout, host_routing=True)
    await proxy.add_route("ann.example.org/user/ann/", "http://127.0.0.1:1", {"user": "ann"})
    assert list(await proxy.get_all_routes()) == ["ann.example.org/user/ann/"]
    with pytest.raises(ValueError, match="without host"):
        await proxy.add_route("/user/ann/", "http://127.0.0.1:1", {})
    with pytest.raises(ValueError, match="host-based"):
        await routes_of(layout).add_route("ann.example.org/user/ann/", "http://127.0.0.1:1", {})
    await proxy.delete_route("ann.example.org/user/ann/")
    assert await proxy.get_all_routes() == {}


@pytest.mark.parametrize(
    "target",
    ["ftp://h:1", "http://", "http://h:1/../x", "http://h:1/a?b", "http://u:p@h:1", "http://h:1/a#b", "",
     "http://{env.HOME}:1", "http://h,h:1", "http://h:1/{x}", "http://h:1/a+b", "http://h:1/%2e",
     "http+unix://%2Ftmp%2Fother.sock", "http://h:70000"],
)  # fmt: skip
async def test_targets_that_are_no_target_are_refused(layout: Layout, target: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        await routes_of(layout).add_route("/services/x/", target, {})
    assert await routes_of(layout).get_all_routes() == {}


@pytest.mark.parametrize("spec", ["/a/../b/", "/..", "/a/%2e%2e/", "/" + "a/" * 9])
async def test_prefixes_that_can_t_be_served_are_refused(layout: Layout, spec: str) -> None:
    with pytest.raises(ValueError, match="no route can be made"):
        await routes_of(layout).add_route(spec, "http://h:1", {})


async def test_a_room_can_t_be_led_to_another_socket(layout: Layout) -> None:
    target = unix(layout.room_socket("bob"))
    with pytest.raises(ValueError, match="can only lead to"):
        await routes_of(layout).add_route("/user/ann/", target, {"user": "ann", "server_name": ""})


async def test_a_file_that_was_cut_off_is_forgotten(layout: Layout) -> None:
    proxy = routes_of(layout)
    await proxy.add_route("/services/ping/", "http://h:1", {})
    (layout.routes_dir / "services" / "ping" / "=http,h:1.json").write_text('{"routespec": "/serv')
    assert await proxy.get_all_routes() == {}


def test_a_full_disk_changes_nothing(layout: Layout) -> None:
    program = (
        "import asyncio, sys\n"
        "from types import SimpleNamespace\n"
        "from nbhotel.hotel.proxy.routes import CaddyRoutes\n"
        "proxy = CaddyRoutes(state=sys.argv[1], hub=SimpleNamespace(routespec='/'))\n"
        "asyncio.run(proxy.add_route('/services/ping/', 'http://h:' + sys.argv[2], {'x': 'y' * 9000}))\n"
    )
    command = [sys.executable, "-B", "-c", program, str(layout.state)]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([*command, "1"], env=environment, check=True)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run([*command, "2"], env=environment, preexec_fn=full, capture_output=True)
    assert b"OSError" in done.stderr
    files = [path for path in layout.routes_dir.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["=http,h:1.json"]
    assert json.loads(files[0].read_text())["target"] == "http://h:1"


async def test_what_the_class_writes_is_what_the_proxy_serves(street: Street) -> None:
    proxy = routes_of(street.layout)
    service = street.open("service", 0)
    street.open_room("ann", "a b")
    await proxy.add_route("/services/ping/", f"http://127.0.0.1:{service.port}", {"service": "ping"})
    data = {"user": "ann", "server_name": "a b"}
    await proxy.add_route("/user/ann/a%20b/", unix(street.layout.room_socket("ann", "a b")), data)
    assert street.ask("/services/ping/").who == "service"
    assert street.ask("/user/ann/a%20b/lab").who == "ann/a b"
    await proxy.delete_route("/services/ping/")
    await proxy.delete_route("/user/ann/a%20b/")
    assert street.ask("/services/ping/").who == "hub"
    assert street.ask("/user/ann/a%20b/lab").who == "hub"


async def test_a_named_server_that_sleeps_is_the_hubs_business(street: Street) -> None:
    proxy = routes_of(street.layout)
    street.open_room("ann")
    named = street.open_room("ann", "proj")
    target, data = unix(street.layout.room_socket("ann", "proj")), {"user": "ann", "server_name": "proj"}
    await proxy.add_route("/user/ann/proj/", target, data)
    assert street.ask("/user/ann/proj/lab").who == "ann/proj"
    named.die()
    await proxy.delete_route("/user/ann/proj/")
    assert street.ask("/user/ann/proj/lab").who == "hub"
    assert street.ask("/user/ann/lab").who == "ann"
    assert await proxy.get_all_routes() == {}
    street.open_room("ann", "proj")
    await proxy.add_route("/user/ann/proj/", target, data)
    assert street.ask("/user/ann/proj/lab").who == "ann/proj"


async def test_named_servers_that_are_no_more_are_forgotten(layout: Layout) -> None:
    engine = create_engine("sqlite://")
    orm.Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(orm.Spawner(name="kept", user=orm.User(name="ann")))
        db.commit()
        app = SimpleNamespace(hub=HUB, subdomain_host="")
        proxy = CaddyRoutes(state=str(layout.state), hub=HUB, app=app, db_factory=lambda: db)
        for server in ("kept", "gone"):
            target = unix(layout.room_socket("ann", server))
            await proxy.add_route(f"/user/ann/{server}/", target, {"user": "ann", "server_name": server})
            await proxy.delete_route(f"/user/ann/{server}/")
        await proxy.add_route("/", HUB.host, {"hub": True})
        await proxy.check_routes({}, {})
    left = {path.parent.name for path in layout.routes_dir.rglob("=asleep.json")}
    assert left == {"kept"}


HUB_UID, PROXY_UID, GROUP = 54321, 54322, 54323  # no accounts are needed


@pytest.mark.root
@pytest.mark.skipif(os.getuid() != 0, reason="needs root: two users")
def test_what_the_hub_s_user_writes_the_proxy_s_user_finds(layout: Layout, free_port: int) -> None:
    layout.state.chmod(0o711)
    for path, uid, gid, mode in (
        (layout.routes_dir, HUB_UID, GROUP, 0o750),
        (layout.proxy_dir, PROXY_UID, PROXY_UID, 0o700),
        (layout.proxy_run_dir, PROXY_UID, PROXY_UID, 0o700),
    ):
        os.chown(path, uid, gid)
        path.chmod(mode)
    proxy: dict[str, Any] = {"user": PROXY_UID, "group": PROXY_UID, "extra_groups": [GROUP]}
    with Street(layout, f"127.0.0.1:{free_port}", **proxy) as street:
        street.open_hub()
        layout.hub_socket.chmod(0o666)
        service = street.open("service", 0)
        named = street.open_room("ann", "proj")
        assert isinstance(named.at, Path)
        named.at.chmod(0o666)
        target = unix(layout.room_socket("ann", "proj"))
        program = (
            "import asyncio, os, sys\n"
            "from types import SimpleNamespace\n"
            "from nbhotel.hotel.proxy.routes import CaddyRoutes\n"
            "os.umask(0o077)\n"
            "proxy = CaddyRoutes(state=sys.argv[1], hub=SimpleNamespace(routespec='/'))\n"
            "data = {'user': 'ann', 'server_name': 'proj'}\n"
            "asyncio.run(proxy.add_route('/services/ping/', sys.argv[2], {}))\n"
            "asyncio.run(proxy.add_route('/user/ann/proj/', sys.argv[3], data))\n"
        )
        arguments = [str(layout.state), f"http://127.0.0.1:{service.port}", target]
        here = Path(sys.modules["nbhotel"].__path__[0]).parent
        subprocess.run(
            [sys.executable, "-B", "-c", program, *arguments],
            env={"PYTHONPATH": str(here), "HOME": "/"},
            cwd="/",
            check=True,
            user=HUB_UID,
            group=HUB_UID,
            extra_groups=[GROUP],
        )
        assert street.ask("/services/ping/").who == "service"
        assert street.ask("/user/ann/proj/lab").who == "ann/proj"
