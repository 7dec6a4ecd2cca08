"""A whole hotel for a test: real processes on a free port and a short state directory."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.status import hotel_status
from tests.hotel.support import ROOT, clean_environment, wait_until

#: The command line, as an installed program would run it.
NBHOTEL = (sys.executable, "-m", "nbhotel")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def toml(value: object) -> str:
    """A value as TOML: JSON's strings, lists, numbers and booleans are the same."""
    return json.dumps(value)


@dataclass
class Hotel:
    """A hotel on a state directory. ``runner`` is put before its commands, to run them as another user."""

    folder: Path
    settings: dict[str, Any]
    rooms: dict[str, Any] = field(default_factory=dict)
    jupyterhub: str = ""
    runner: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.port = free_port()
        self.layout = Layout(self.folder / "s")
        self.config = self.folder / "hotel.toml"
        lines = [f"{key} = {toml(value)}" for key, value in self.settings.items()]
        lines.insert(0, f'bind = "127.0.0.1:{self.port}"\nstate = "{self.layout.state}"')
        lines += [
            "[rooms]",
            *(f"{key} = {toml(value)}" for key, value in self.rooms.items()),
            self.jupyterhub,
        ]
        self.config.write_text("\n".join(lines) + "\n")
        self.config.chmod(0o644)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a verb of nbhotel on this hotel."""
        verb, *rest = arguments
        command = [*self.runner, *NBHOTEL, verb, *rest, "--config", str(self.config)]
        env = clean_environment()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=150, env=env, cwd=self.folder, check=False
        )
        if check:
            assert done.returncode == 0, f"{verb}: {done.stderr}{done.stdout}\n{self.logs()}"
        return done

    def up(self) -> str:
        """Open the hotel and return what it says."""
        return self.run("up", "--detach").stdout

    def logs(self) -> str:
        """The ends of all logs, for a test that fails."""
        files = sorted(self.layout.log_dir.rglob("*.log")) if self.layout.log_dir.exists() else []
        return "\n".join(f"--- {file.name}\n{file.read_text(errors='replace')[-3000:]}" for file in files)

    def status(self) -> dict[str, Any]:
        """What `nbhotel status --json` prints; without its process, as it is asked again and again."""
        if self.runner:
            return dict(json.loads(self.run("status", "--json", check=False).stdout))
        return dict(json.loads(json.dumps(asdict(hotel_status(self.layout)))))

    def pid(self, name: str) -> int:
        """The pid of the supervisor or one of its processes."""
        return next(int(p["pid"] or 0) for p in self.status()["processes"] if p["name"] == name)

    def api(self, timeout: float = 60) -> httpx.Client:
        """A client of the hub's API through the proxy, with the administrators' token."""
        token = self.layout.admin_token_file.read_text().strip()
        return httpx.Client(base_url=self.url, headers={"Authorization": f"token {token}"}, timeout=timeout)

    def open_room(self, user: str, server: str = "") -> None:
        """Start a room through the hub's API and wait until it is ready."""
        path = f"/hub/api/users/{user}" + (f"/servers/{server}" if server else "/server")
        with self.api() as api:
            if api.post(f"/hub/api/users/{user}").status_code == 409 and self._ready(api, user, server):
                return
            reply = api.post(path)
            assert reply.status_code in (201, 202), f"{reply.status_code} {reply.text}\n{self.logs()}"
            wait_until(lambda: self._ready(api, user, server), seconds=60, what=f"the room of {user}")

    def _ready(self, api: httpx.Client, user: str, server: str) -> bool:
        servers = api.get(f"/hub/api/users/{user}").json()["servers"]
        return bool(servers.get(server, {}).get("ready"))


@contextmanager
def open_hotel(folder: Path, settings: dict[str, Any], **more: Any) -> Iterator[Hotel]:
    """Open a hotel for as long as the block lasts; at the end nothing of it runs."""
    hotel = Hotel(folder, settings, **more)
    hotel.up()
    try:
        yield hotel
    finally:
        hotel.run("down", check=False)


def needs_guests(*names: str) -> dict[str, Any]:
    """Settings that let these system users in, the first as administrator."""
    return {"auth": "pam" if ROOT else "builtin", "allow": list(names), "admins": list(names[:1])}


@contextmanager
def admitted(hotel: Hotel, *names: str) -> Iterator[Hotel]:
    """Let these people into a hotel that others use after them; at the end it knows nothing of them."""
    for name in names:
        hotel.run("users", "allow", name)
    try:
        yield hotel
    finally:
        with hotel.api() as api:
            for name in names:
                api.delete(f"/hub/api/users/{name}")
