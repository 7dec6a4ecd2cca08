"""The zygote and its rooms: who gets one, as whom it runs, what survives whom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from nbhotel.errors import HotelError
from nbhotel.hotel.probes import healthy
from nbhotel.hotel.zygote.processes import Identity, descendants, private_memory
from tests.hotel.conftest import needs_root
from tests.hotel.support import SystemUser, process, system_user, wait_until
from tests.hotel.zygote.conftest import Zygote

pytestmark = [pytest.mark.slow, pytest.mark.root, needs_root]


async def answers(path: Path, url: str) -> dict[str, Any]:
    """Ask a room's API; the first answer is there once the room is."""
    patience = aiohttp.ClientTimeout(total=20)
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session,
        session.get(f"http://room{url}", timeout=patience) as response,
    ):
        assert response.status == 200
        return dict(await response.json())


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


async def test_a_room_runs_as_its_guest_with_nothing_of_root(zygote: Zygote, guest1: SystemUser) -> None:
    pid = await zygote.start(guest1.name)
    api = await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    assert "version" in api
    status = status_of(pid)
    assert int(status["SigIgn"], 16) >> (signal.SIGPIPE - 1) & 1, "a reader that goes must not kill the room"
    assert set(status["Uid"].split()) == {str(guest1.uid)}
    assert set(status["Gid"].split()) == {str(guest1.uid)}
    assert set(status["Groups"].split()) <= {str(guest1.uid)}
    assert int(status["CapPrm"], 16) == int(status["CapEff"], 16) == int(status["CapAmb"], 16) == 0


async def test_only_the_guest_and_the_group_reach_the_socket(
    zygote: Zygote, guest1: SystemUser, guest2: SystemUser
) -> None:
    await zygote.start(guest1.name)
    path = zygote.layout.room_socket(guest1.name)
    info = path.stat()
    assert (info.st_uid, info.st_gid, stat.S_IMODE(info.st_mode)) == (guest1.uid, os.getgid(), 0o660)
    attempt = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
    refused = guest2.run("/usr/bin/python3", "-c", attempt)
    assert "PermissionError" in refused.stderr


async def test_no_room_inherits_a_secret_of_another(
    zygote: Zygote, guest1: SystemUser, guest2: SystemUser
) -> None:
    secret = "7f3a-a-password-of-the-first-guest"
    await zygote.client.authenticate(guest1.name, secret)
    await zygote.start(guest1.name, env={"SECRET_OF_A_ROOM": secret})
    pid = await zygote.start(guest2.name)
    own = await zygote.start(guest2.name, "second", env={"SECRET_OF_A_ROOM": "8b1c-the-second-guests-own"})
    assert not _holds(pid, secret.encode())
    assert _holds(own, b"8b1c-the-second-guests-own"), "the search must be able to find something"


def _holds(pid: int, needle: bytes) -> bool:
    """Whether the needle stands in the process's writable memory."""
    folder = Path(f"/proc/{pid}")
    with (folder / "maps").open() as maps, (folder / "mem").open("rb") as memory:
        for line in maps:
            span, rights, *_ = line.split()
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(begin)
                if needle in memory.read(end - begin):
                    return True
    return False


async def test_passwords_are_checked_by_pam(zygote: Zygote, guest1: SystemUser) -> None:
    assert await zygote.client.authenticate(guest1.name, guest1.password) == guest1.name
    assert await zygote.client.authenticate(guest1.name, "wrong") is None
    assert await zygote.client.authenticate("nobody-of-this-name", "wrong") is None
    subprocess.run(["chage", "--expiredate", "1", guest1.name], check=True)
    assert await zygote.client.authenticate(guest1.name, guest1.password) is None


@pytest.mark.parametrize("name", ["root", "daemon", "nobody", "no-such-user", "../guest", "a/b", ""])
async def test_names_that_are_no_ordinary_users_get_no_room(zygote: Zygote, name: str) -> None:
    with pytest.raises(HotelError, match=r"no room|no system account"):
        await zygote.start(name)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["usermod", "--lock"], "locked"),
        (["usermod", "--shell", "/usr/sbin/nologin"], "shell"),
        (["chage", "--expiredate", "1"], "expired"),
    ],
)
async def test_accounts_that_may_not_log_in_get_no_room(
    zygote: Zygote, guest1: SystemUser, change: list[str], reason: str
) -> None:
    subprocess.run([*change, guest1.name], check=True)
    with pytest.raises(HotelError, match=reason):
        await zygote.start(guest1.name)


async def test_a_missing_or_foreign_home_is_said(zygote: Zygote, guest1: SystemUser) -> None:
    moved = guest1.home.with_name(guest1.home.name + "-moved")
    guest1.home.rename(moved)
    try:
        with pytest.raises(HotelError, match=f"home directory {guest1.home}"):
            await zygote.start(guest1.name)
        guest1.home.mkdir()
        with pytest.raises(HotelError, match="does not belong"):
            await zygote.start(guest1.name)
        guest1.home.rmdir()
    finally:
        moved.rename(guest1.home)


async def test_a_second_start_of_a_running_room_is_refused(zygote: Zygote, guest1: SystemUser) -> None:
    await zygote.start(guest1.name)
    with pytest.raises(HotelError, match="running already"):
        await zygote.start(guest1.name)


async def test_rooms_outlive_the_zygote_and_are_adopted(mortal_zygote: Zygote, guest1: SystemUser) -> None:
    zygote = mortal_zygote
    pid = await zygote.start(guest1.name)
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    os.kill(zygote.ask("ping")["pid"], signal.SIGKILL)
    wait_until(lambda: not healthy("zygote", zygote.layout))
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    with process(*zygote.command(), log=zygote.log):
        wait_until(lambda: healthy("zygote", zygote.layout))
        assert [room["pid"] for room in zygote.ask("rooms")["rooms"]] == [pid]
        assert zygote.ask("poll", user=guest1.name)["running"]
        zygote.ask("stop", user=guest1.name)
        assert Identity.of(pid) is None
        assert not zygote.layout.room_socket(guest1.name).exists()


async def test_an_end_is_told_at_once_and_leaves_nothing(zygote: Zygote, guest1: SystemUser) -> None:
    exits = zygote.client.exits()
    first = asyncio.ensure_future(anext(exits))
    pid = await zygote.start(guest1.name)
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    ended = await asyncio.wait_for(first, 5)
    assert time.monotonic() - began < 1
    assert ended == {"user": guest1.name, "server": "", "status": -9}
    assert list(zygote.layout.room_socket(guest1.name).parent.iterdir()) == []
    assert not zygote.ask("poll", user=guest1.name)["running"]


async def test_stopping_a_room_stops_all_that_it_started(zygote: Zygote, guest1: SystemUser) -> None:
    pid = await zygote.start(guest1.name)
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    reply = zygote.ask("stop", user=guest1.name)
    assert reply["status"] == 0
    assert Identity.of(pid) is None


async def test_a_cold_room_answers_too(zygote: Zygote, guest1: SystemUser) -> None:
    import nbhotel.hotel.room.serve as room

    pid = await zygote.start(guest1.name, command=[sys.executable, room.__file__])
    api = await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    assert "version" in api
    assert set(status_of(pid)["Uid"].split()) == {str(guest1.uid)}


async def test_a_command_of_ones_own_may_bind_its_socket_itself(zygote: Zygote, guest1: SystemUser) -> None:
    script = (
        "import http.server, socketserver, sys\n"
        "class S(socketserver.UnixStreamServer): pass\n"
        "class H(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        body = b'{\"mine\": true}'\n"
        "        self.send_response(200); self.send_header('Content-Length', str(len(body)))\n"
        "        self.send_header('Content-Type', 'application/json'); self.end_headers()\n"
        "        self.wfile.write(body)\n"
        "    def address_string(self): return '-'\n"
        "S(sys.argv[1], H).serve_forever()\n"
    )
    await zygote.start(guest1.name, arguments=[], command=["/usr/bin/python3", "-c", script, "{socket}"])
    path = zygote.layout.room_socket(guest1.name)
    own = zygote.layout.room_own_socket(guest1.name)
    wait_until(lambda: own.exists() and stat.S_IMODE(own.stat().st_mode) == 0o660)
    assert own.stat().st_gid == os.getgid()
    # The script ignores the arguments of the single-user server that the fixture adds.
    assert (await answers(path, "/"))["mine"] is True


async def test_other_users_are_not_heard(zygote: Zygote, guest2: SystemUser) -> None:
    zygote.layout.zygote_socket.chmod(0o666)  # so that only the check of credentials is left
    attempt = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.settimeout(5); "
        's.connect(sys.argv[1]); s.sendall(b\'{"op":"rooms"}\\n\'); print(s.recv(100))'
    )
    heard = guest2.run("/usr/bin/python3", "-c", attempt, str(zygote.layout.zygote_socket))
    assert heard.stdout.strip() in ("b''", "") or "Reset" in heard.stderr
    assert "rooms" not in heard.stdout
    assert f"refused a connection of uid {guest2.uid}" in zygote.log.read_text()


@pytest.mark.parametrize(
    "request_", [b"\n", b"[]\n", b"{}\n", b'{"op":"fly"}\n', b"\xff\xfe\n", b'{"op":"start"}\n']
)
def test_nonsense_gets_an_answer_and_harms_nothing(zygote: Zygote, request_: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(zygote.layout.zygote_socket))
        connection.sendall(request_)
        reply = json.loads(connection.makefile().readline())
    assert reply["ok"] is False
    assert reply["error"].startswith("bad request")
    assert zygote.ask("ping")["ok"]


async def test_the_kernel_that_uses_too_much_memory_dies_and_the_room_lives(
    zygote: Zygote, guest1: SystemUser
) -> None:
    limit = 400 * 2**20
    provisioner = "--KernelProvisionerFactory.default_provisioner_name=nbhotel-room"
    auth = "--ServerApp.allow_unauthenticated_access=True"
    pid = await zygote.start(guest1.name, memory=limit, arguments=[provisioner, auth])
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")
    groups = Path(f"/proc/{pid}/cgroup").read_text()
    assert f"room-{guest1.name}" in groups
    hog = "x = bytearray(900 * 2**20); import time; time.sleep(60)"
    # A process of the room's cgroup, with a kernel's badness: what the provisioner gives to kernels.
    script = f"import os; open('/proc/self/oom_score_adj', 'w').write('500'); {hog}"
    procs = _procs_file(groups)
    child = subprocess.Popen(
        ["/usr/bin/python3", "-c", f"import sys; sys.stdin.read(1); {script}"], stdin=subprocess.PIPE
    )
    procs.write_text(str(child.pid))
    child.communicate(b"g", timeout=30)
    assert child.returncode == -signal.SIGKILL
    await answers(zygote.layout.room_socket(guest1.name), f"/user/{guest1.name}/api")


def _procs_file(groups: str) -> Path:
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        if "room-" in path and ("memory" in controllers.split(",") or not controllers):
            mount = Path("/sys/fs/cgroup") / ("memory" if controllers else "")
            return mount / path.lstrip("/") / "cgroup.procs"
    raise AssertionError("the room is in no memory cgroup")


async def test_a_warm_room_shares_most_of_its_memory(zygote: Zygote) -> None:
    with system_user() as first, system_user() as second:
        for user in (first, second):
            pid = await zygote.start(user.name)
            await answers(zygote.layout.room_socket(user.name), f"/user/{user.name}/api")
        memory = private_memory(pid)
        assert memory is not None
        rss = int(status_of(pid)["VmRSS"].split()[0]) * 1024
        assert memory < rss / 2, f"{memory} private of {rss}"
        assert descendants(pid)[0] == pid
