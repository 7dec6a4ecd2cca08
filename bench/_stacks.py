"""The two stacks under measurement: a stock JupyterHub with configurable-http-proxy, and a hotel of ours.

Both run on loopback from a temporary directory, with PAM accounts, as root, and are otherwise left at their
defaults; a token that may do everything stands for the administrator.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

import psutil

from _machine import BUILD, free_port
from nbhotel.hotel.layout import Layout

#: Seconds within which a stack must show its login page, or stop.
PATIENCE = 90.0
_BIN = Path(sys.executable).parent


class Stack:
    """One running stack; use as a context manager. Subclasses know how to start and to stop it."""

    name: str

    def __init__(self, users: list[str]) -> None:
        self.users = users
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="nbb-"))
        self.folder.chmod(0o755)
        self.log = self.folder / "stack.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def main_pid(self) -> int:
        """Return the pid of the process that all others of the stack come from."""
        raise NotImplementedError

    def room_log(self, user: str) -> Path | None:  # noqa: ARG002
        """Return the log of a guest's room, if the stack keeps one."""
        return None

    def processes(self) -> list[psutil.Process]:
        """Return all processes of the stack, rooms included."""
        main = psutil.Process(self.main_pid())
        return [main, *main.children(recursive=True)]

    def launch(self) -> None:
        """Start the stack's first process; return at once."""
        environment = _clean_environment()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def await_login_page(self) -> None:
        """Return when the login page with its form is served with 200."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._login_page_is_there():
                return
            if self.process is not None and self.process.poll():
                break
            time.sleep(0.01)
        raise RuntimeError(f"{self.name} shows no login page; the end of its log:\n{self._log_tail()}")

    def _login_page_is_there(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/hub/login")
            answer = connection.getresponse()
            return answer.status == 200 and b'name="password"' in answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-25:])

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.launch()
            self.await_login_page()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            self._remove_folder()

    def _remove_folder(self) -> None:
        """Remove what was made, also if a browser that is ending still writes its profile there."""
        deadline = time.monotonic() + 5
        while self.folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(self.folder, ignore_errors=True)
            time.sleep(0.2)


class Stock(Stack):
    """JupyterHub as its own documentation starts it, with the proxy that it starts itself."""

    name = "stock"

    def __init__(self, users: list[str]) -> None:
        super().__init__(users)
        self._token = secrets.token_hex(16)
        self._config = self.folder / "jupyterhub_config.py"
        self._config.write_text(self._configuration())
        self._config.chmod(0o600)

    @property
    def token(self) -> str:
        return self._token

    def _configuration(self) -> str:
        return f"""
c.JupyterHub.bind_url = {self.url!r}
c.JupyterHub.hub_port = {free_port()}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.command = {peer_proxy()!r}
c.Authenticator.allowed_users = {set(self.users)!r}
c.JupyterHub.services = [dict(name="bench", api_token={self._token!r})]
c.JupyterHub.load_roles = [dict(name="admin", services=["bench"])]
"""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "jupyterhub", "--config", str(self._config)]

    def main_pid(self) -> int:
        if self.process is None:
            raise RuntimeError("not started")
        return self.process.pid

    def stop(self) -> None:
        """End the hub, which ends its rooms and its proxy; then make sure of it."""
        if self.process is None:
            return
        try:
            family = self.processes()[1:]
        except psutil.NoSuchProcess:
            family = []
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for child in family:
            if child.is_running():
                child.kill()
        self.process = None


class Ours(Stack):
    """A hotel from this checkout, or from the environment that runs the benchmark."""

    name = "ours"

    def __init__(self, users: list[str]) -> None:
        super().__init__(users)
        self.state = self.folder / "state"
        self._config = self.folder / "hotel.toml"
        names = ", ".join(f'"{user}"' for user in users)
        self._config.write_text(f'bind = "127.0.0.1:{self.port}"\nauth = "pam"\nallow = [{names}]\n')

    @property
    def token(self) -> str:
        return (self.state / "hub" / "admin-token").read_text().strip()

    def command(self) -> list[str]:
        options = ["--config", str(self._config), "--state", str(self.state), "--detach"]
        return [sys.executable, "-m", "nbhotel", "up", *options]

    def main_pid(self) -> int:
        pid = json.loads((self.state / "run" / "supervisor.json").read_text())["pid"]
        return int(pid)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.wait(PATIENCE)
        command = [sys.executable, "-m", "nbhotel", "down", "--state", str(self.state)]
        down = subprocess.run(command, env=_clean_environment(), capture_output=True, text=True, check=False)
        self.process = None
        if down.returncode != 0:
            raise RuntimeError(f"nbhotel down: {down.stderr.strip()}")

    def room_log(self, user: str) -> Path | None:
        return Layout(self.state).room_log(user)

    def _log_tail(self) -> str:
        logs = sorted((self.state / "log").glob("*.log"))
        return super()._log_tail() + "".join(f"\n{log.name}: {log.read_text()[-1500:]}" for log in logs)


def peer_proxy(node: str = "") -> list[str]:
    """Return the command of configurable-http-proxy, as `bench/setup` has installed it, on ``node``."""
    script = BUILD / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    if not script.exists():
        sys.exit("bench: configurable-http-proxy is missing: run bench/setup")
    return [node or nodes()[0], str(script)]


def nodes() -> list[str]:
    """Return what can run the peer's proxy, node 20 or newer: the one on PATH, and Playwright's newer one."""
    found = [shutil.which("node")]
    playwright = importlib.util.find_spec("playwright")
    if playwright and playwright.origin:
        found.append(str(Path(playwright.origin).parent / "driver" / "node"))
    usable = [node for node in found if node and int(node_version(node).partition(".")[0]) >= 20]
    return usable or sys.exit("bench: needs node 20 or newer")


def node_version(node: str) -> str:
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return asked.stdout.strip().removeprefix("v")


def peer_versions() -> dict[str, str]:
    """Return the versions of the peer's proxy and of the node that runs it."""
    command = [*peer_proxy(), "--version"]
    proxy = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return {"configurable-http-proxy": proxy, "node": node_version(nodes()[0])}


def _clean_environment() -> dict[str, str]:
    """Return our environment without what would change a Jupyter program's behaviour."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "CONFIGPROXY"))}
    return kept | {"PATH": f"{_BIN}:{os.environ.get('PATH', os.defpath)}"}
