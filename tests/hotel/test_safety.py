"""Another user of the machine gets nowhere; root is only where it must be; one port for everybody."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nbhotel.hotel.people import HUB_USER, PROXY_USER
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, admitted
from tests.hotel.kernels import Kernel
from tests.hotel.support import SystemUser, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.root, needs_root]


@pytest.fixture(scope="module")
def guests() -> Iterator[tuple[SystemUser, SystemUser]]:
    with system_user() as first, system_user() as second:
        yield first, second


@pytest.fixture(scope="module")
def hotel(house: Hotel, guests: tuple[SystemUser, SystemUser]) -> Iterator[Hotel]:
    names = [user.name for user in guests]
    with admitted(house, *names) as hotel:
        hotel.open_room(names[0])
        hotel.open_room(names[1])
        yield hotel


def family(hotel: Hotel) -> dict[int, tuple[str, str]]:
    """All processes of the hotel: pid -> (user, command line)."""
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,user:32=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    table = {
        int(pid): (int(ppid), user, args) for pid, ppid, user, args in (line.split(None, 3) for line in lines)
    }
    found = {hotel.pid("supervisor")}
    while True:
        more = {pid for pid, (ppid, _, _) in table.items() if ppid in found} - found
        if not more:
            return {pid: table[pid][1:] for pid in found if pid in table}
        found |= more


def test_root_runs_only_the_supervisor_and_the_zygote(hotel: Hotel) -> None:
    people = family(hotel)
    of_root = {pid for pid, (user, _) in people.items() if user == "root"}
    assert of_root == {hotel.pid("supervisor"), hotel.pid("zygote")}
    assert people[hotel.pid("hub")][0] == HUB_USER
    assert people[hotel.pid("proxy")][0] == PROXY_USER


def test_rooms_carry_their_guests_name_in_ps(hotel: Hotel, guests: tuple[SystemUser, SystemUser]) -> None:
    found = set(family(hotel).values())
    for guest in guests:
        assert (guest.name, f"nbhotel: room of {guest.name}") in found


def test_one_tcp_port_is_all_that_listens(hotel: Hotel) -> None:
    pids = set(family(hotel))
    lines = subprocess.run(["ss", "-Htlnp"], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = [line for line in lines if pids & {int(pid) for pid in re.findall(r"pid=(\d+)", line)}]
    ports = {line.split()[3].rpartition(":")[2] for line in ours}
    assert ports == {str(hotel.port)}


def test_the_supervisor_has_no_socket_but_the_one_it_hands_to_the_proxy(hotel: Hotel) -> None:
    directory = Path(f"/proc/{hotel.pid('supervisor')}/fd")
    sockets = [fd for fd in directory.iterdir() if str(fd.readlink()).startswith("socket:")]
    assert len(sockets) == 1


def private_paths(hotel: Hotel, owner: SystemUser) -> list[Path]:
    layout = hotel.layout
    return [
        layout.room_socket(owner.name),
        layout.zygote_socket,
        layout.proxy_run_dir / "health.sock",
    ]


def test_the_second_guest_connects_to_none_of_the_sockets(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, second = guests
    attempt = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1]); print('in')"
    for path in private_paths(hotel, first):
        assert path.is_socket(), path
        done = second.run("/usr/bin/python3", "-c", attempt, str(path))
        assert "PermissionError" in done.stderr, f"{path}: {done.stdout}{done.stderr}"
    own = str(hotel.layout.room_socket(second.name))
    done = second.run("/usr/bin/python3", "-c", attempt, own)
    assert done.stdout == "in\n", "the check must be able to succeed"


def test_the_second_guest_reads_none_of_the_hotels_files(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    _, second = guests
    layout = hotel.layout
    secret = [
        layout.hub_dir / "jupyterhub.sqlite",
        layout.hub_dir / "cookie_secret",
        layout.admin_token_file,
        layout.settings_file,
        layout.caddy_file,
        layout.supervisor_file,
        layout.log_file("hub"),
        layout.log_file("zygote"),
        layout.room_log(guests[0].name),
        layout.room_record(guests[0].name),
    ]
    for path in secret:
        assert path.exists(), path
        assert "Permission denied" in second.run("cat", str(path)).stderr, path
    listed = second.run("find", str(layout.state), "-type", "f", "-readable").stdout.split()
    assert [path for path in listed if "/www/" not in path and not path.endswith("nbhotel-state")] == []


async def test_no_token_of_the_first_guest_is_to_be_seen(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, second = guests
    admin = hotel.layout.admin_token_file.read_text().strip()
    kernel = Kernel(f"{hotel.url}/user/{first.name}", admin)
    await kernel.start()
    await kernel.connect()
    token = (await kernel.run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])")).strip()
    assert len(token) >= 32
    for pid, (user, _) in family(hotel).items():
        if user == second.name:
            continue
        for name in ("environ", "mem", "maps", "fd"):
            read = second.run("sh", "-c", f"cat /proc/{pid}/{name} 2>&1 || ls /proc/{pid}/{name} 2>&1")
            assert token not in read.stdout
        assert token not in second.run("cat", f"/proc/{pid}/cmdline").stdout
    searched = second.run("grep", "-rlsF", token, str(hotel.layout.state), str(first.home), "/tmp")
    assert searched.stdout == ""
    # A forked kernel has no environment that others could read; a program that it starts has.
    child = await kernel.run("import subprocess; print(subprocess.Popen(['sleep', '60']).pid)")
    assert token in Path(f"/proc/{int(child)}/environ").read_text(), "root must be able to find it"


def test_the_first_guests_token_opens_no_other_room(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, second = guests
    with hotel.api() as api:
        made = api.post(f"/hub/api/users/{second.name}/tokens", json={"note": "test"}).json()["token"]
    own = {"Authorization": f"token {made}"}
    assert httpx.get(f"{hotel.url}/user/{second.name}/api/status", headers=own).status_code == 200
    for path in ("api/status", "api/contents", "api/kernels", "lab"):
        assert httpx.get(f"{hotel.url}/user/{first.name}/{path}", headers=own).status_code in (302, 403), path
    assert httpx.get(f"{hotel.url}/hub/api/users/{first.name}", headers=own).status_code in (403, 404)


def test_foreign_hosts_origins_and_tokens_are_refused(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, _ = guests
    foreign_host = httpx.get(f"{hotel.url}/hub/login", headers={"Host": "evil.example"})
    assert foreign_host.status_code in (400, 403, 421)
    wrong = httpx.get(
        f"{hotel.url}/user/{first.name}/api/status", headers={"Authorization": "token 00ff00ff"}
    )
    assert wrong.status_code in (302, 403)
    with httpx.Client(base_url=hotel.url, follow_redirects=True, timeout=30) as browser:
        log_in(browser, first)
        events = f"/user/{first.name}/api/events/subscribe"
        assert browser.get(events, headers=upgrade(hotel.url)).status_code == 101, "its own page may connect"
        assert browser.get(events, headers=upgrade("http://evil.example")).status_code == 403
        written = browser.post(f"/user/{first.name}/api/terminals", headers={"Origin": "http://evil.example"})
        assert written.status_code == 403


def upgrade(origin: str) -> dict[str, str]:
    """The headers of a page of this origin that opens a websocket."""
    handshake = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    return {"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", **handshake}


def log_in(browser: httpx.Client, user: SystemUser) -> None:
    """Log in as the form does, and visit the room for its cookie."""
    browser.get("/hub/login")
    form = {"username": user.name, "password": user.password, "_xsrf": browser.cookies["_xsrf"]}
    assert browser.post("/hub/login", data=form).status_code == 200
    assert (
        browser.get(f"/user/{user.name}/api/status", headers={"Sec-Fetch-Mode": "navigate"}).status_code
        == 200
    )


def become(user: SystemUser) -> list[str]:
    """The beginning of a command that runs as this user."""
    return ["setpriv", f"--reuid={user.uid}", f"--regid={user.uid}", "--clear-groups"]


async def test_nobody_reads_along_at_a_kernels_ports(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, second = guests
    kernel = Kernel(f"{hotel.url}/user/{first.name}", hotel.layout.admin_token_file.read_text().strip())
    await kernel.start()
    await kernel.connect()
    find = "import json, glob, os; c = json.load(open(max(glob.glob(os.path.expanduser("
    find += (
        "'~/.local/share/jupyter/runtime/kernel-*.json')), key=os.path.getmtime))); print(c['iopub_port'])"
    )
    port = (await kernel.run(find)).strip()
    listen = (
        "import sys, zmq; s = zmq.Context().socket(zmq.SUB); s.setsockopt(zmq.SUBSCRIBE, b''); "
        "s.setsockopt(zmq.RCVTIMEO, 4000); s.connect('tcp://127.0.0.1:' + sys.argv[1]); "
        "print('ready', flush=True); print(s.recv_multipart())"
    )
    spy = subprocess.Popen(
        [*become(second), sys.executable, "-c", listen, port],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    assert spy.stdout is not None
    assert spy.stdout.readline() == "ready\n"
    for _ in range(5):
        assert await kernel.run("import time; time.sleep(0.3); print('a secret')") == "a secret\n"
    heard, why = spy.communicate(timeout=20)
    assert heard == ""
    assert "zmq.error.Again" in why


def test_no_room_holds_another_accounts_password_hash(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    first, second = guests
    with system_user() as third:
        hotel.run("users", "allow", third.name)
        hotel.open_room(third.name)
        shadow = Path("/etc/shadow").read_text().splitlines()
        hashes = [
            line.split(":")[1].encode() for line in shadow if line.startswith((first.name, second.name))
        ]
        assert len(hashes) == 2
        (pid,) = [room["pid"] for room in hotel.status()["rooms"] if room["user"] == third.name]
        memory = writable_memory(pid)
        assert third.name.encode() in memory, "the search must be able to find something"
        assert not [each for each in hashes if each in memory]


def writable_memory(pid: int) -> bytes:
    """Everything that a process could have written, read as root."""
    pieces = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in maps:
            span, rights, *_ = line.split()
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(begin)
                pieces.append(memory.read(end - begin))
    return b"".join(pieces)


def test_hub_and_proxy_have_no_terminal_and_gain_no_rights(hotel: Hotel) -> None:
    for name in ("hub", "proxy"):
        pid = hotel.pid(name)
        assert "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text()
        session, terminal = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3:5]
        assert session == str(pid)
        assert terminal == "0"


def test_a_link_in_the_hubs_directory_changes_nothing_elsewhere(folder: Path) -> None:
    hotel = Hotel(folder, {"auth": "pam"})
    hotel.run("up", "--prepare")
    victim = folder / "victim"
    victim.mkdir(mode=0o755)
    hotel.layout.invitations_dir.rmdir()
    hotel.layout.invitations_dir.symlink_to(victim)
    assert hotel.run("up", "--prepare", check=False).returncode == 2
    assert victim.stat().st_mode & 0o777 == 0o755
    assert victim.stat().st_uid == 0


def test_a_room_log_does_not_grow_without_end(hotel: Hotel, guests: tuple[SystemUser, SystemUser]) -> None:
    first, _ = guests
    log = hotel.layout.room_log(first.name)
    with log.open("ab") as file:
        file.write(b"x" * (17 * 2**20))
    wait_until(lambda: log.stat().st_size < 2**20, what="the truncation")


def test_a_missing_home_is_said_on_the_page(hotel: Hotel) -> None:
    with system_user() as user:
        assert hotel.run("users", "allow", user.name).returncode == 0
        moved = user.home.with_name(user.home.name + "-moved")
        user.home.rename(moved)
        try:
            with hotel.api() as api:
                api.post(f"/hub/api/users/{user.name}")
                answer = api.post(f"/hub/api/users/{user.name}/server")
            assert answer.status_code == 500
            assert f"home directory {user.home}" in answer.json()["message"]
        finally:
            moved.rename(user.home)
        hotel.open_room(user.name)
        assert hotel.run("status").returncode == 0


def test_a_user_removed_while_the_room_runs_harms_nobody(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    with system_user() as user:
        hotel.run("users", "allow", user.name)
        hotel.open_room(user.name)
        subprocess.run(["userdel", "--force", user.name], check=True, capture_output=True)
        with hotel.api() as api:
            assert api.delete(f"/hub/api/users/{user.name}/server").status_code in (202, 204)
            wait_until(lambda: not hotel.layout.room_socket(user.name).exists())
            answer = api.post(f"/hub/api/users/{user.name}/server")
        assert answer.status_code == 500
        assert "no system account" in answer.json()["message"]
        assert hotel.status()["ready"]
        subprocess.run(
            ["useradd", "-M", "-d", str(user.home), user.name], check=True
        )  # for the fixture to remove
    hotel.open_room(guests[0].name)
