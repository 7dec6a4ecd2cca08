"""What the hotel's tests share: short temporary folders, system users that go away, processes that stop."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = os.getuid() == 0


def wait_until(question: Callable[[], object], *, seconds: float = 20.0, what: str = "it") -> None:
    """Wait until the question is answered with yes; fail the test if that takes too long."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short path, below which unix sockets fit, open for other users to pass through."""
    path = Path(tempfile.mkdtemp(prefix="nbh-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class SystemUser:
    """A system account for a test."""

    name: str
    password: str
    uid: int
    home: Path

    def run(self, *command: str, check: bool = False, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user, with a shell's environment and nothing of ours."""
        words = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--init-groups", "env", "-i"]
        words += ["PATH=/usr/bin:/bin", f"HOME={self.home}", *command]
        return subprocess.run(
            words, check=check, capture_output=True, text=True, input=text, cwd="/", timeout=60
        )


@contextmanager
def system_user(prefix: str = "nbt", *options: str) -> Iterator[SystemUser]:
    """Make a system user with a password and a home, and remove it with all that it runs."""
    name, password = f"{prefix}{secrets.token_hex(3)}", secrets.token_urlsafe(12)
    home = Path("/home") / name
    command = [
        "useradd",
        "--create-home",
        "--home-dir",
        str(home),
        "--user-group",
        "-s",
        "/bin/bash",
        *options,
        name,
    ]
    subprocess.run(command, check=True, capture_output=True)
    try:
        subprocess.run(["chpasswd"], check=True, input=f"{name}:{password}", text=True)
        yield SystemUser(name, password, home.stat().st_uid, home)
    finally:
        subprocess.run(["pkill", "-KILL", "-U", name], check=False)
        remove_user(name)


def remove_user(name: str) -> None:
    """Remove a system user; its processes may take a moment to be gone."""
    for _ in range(50):
        done = subprocess.run(["userdel", "--remove", "--force", name], check=False, capture_output=True)
        if done.returncode in (0, 6, 12):
            break
        time.sleep(0.1)


@contextmanager
def process(*command: str, log: Path, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process for as long as the block lasts."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=clean_environment() | (env or {}),
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(5)


def clean_environment() -> dict[str, str]:
    """The environment of a test's process: a path, and where a developer's tree is."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "LANG") if name in os.environ}
    return {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", **kept}


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that may have gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
