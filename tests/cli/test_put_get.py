"""`nbhotel put` and `get` against a real Jupyter Server, with our extension and without."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.lab import TOKEN, Lab, open_lab
from tests.hotel.support import wait_until
from tests.share.relay import Relay, relay_to

pytestmark = pytest.mark.slow

MB = 1 << 20
NBHOTEL = [sys.executable, "-m", "nbhotel"]


@pytest.fixture(scope="module", params=["room", "stock"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server with a base URL such as a hub's."""
    settings = {"ServerApp": {"base_url": "/user/me/"}}
    folder = tmp_path_factory.mktemp(request.param)
    with open_lab(folder, settings, kind="server", ours=request.param == "room") as lab:
        yield lab


#: What is the same with any server.
only_room = pytest.mark.parametrize("server", ["room"], indirect=True)


@pytest.fixture
def relay(server: Lab) -> Iterator[Relay]:
    with relay_to(urlsplit(server.url).port or 0) as relay:
        yield relay


@pytest.fixture
def there(server: Lab, tmp_path: Path) -> Path:
    """An empty folder of the server."""
    folder = server.root / tmp_path.name
    folder.mkdir()
    return folder


def url(server: Lab, there: Path, name: str = "", port: int | None = None) -> str:
    base = f"http://127.0.0.1:{port}/user/me" if port else server.url
    return f"{base}/{there.name}/{name}"


def command(*words: object, token: str = TOKEN) -> tuple[list[str], dict[str, str]]:
    environment = {name: value for name, value in os.environ.items() if "TOKEN" not in name}
    return [*NBHOTEL, *map(str, words)], {**environment, "NBHOTEL_TOKEN": token}


def run(*words: object, token: str = TOKEN, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    arguments, environment = command(*words, token=token)
    return subprocess.run(
        arguments,
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def done(*words: object, cwd: Path | None = None) -> str:
    finished = run(*words, cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return finished.stdout


def complaint(*words: object, token: str = TOKEN) -> str:
    """What a command that fails says: one line, without the token."""
    finished = run(*words, token=token)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1
    assert TOKEN not in finished.stderr + finished.stdout
    return finished.stderr


def made(path: Path, size: int = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.urandom(size))
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_goes_there_and_back(server, there, tmp_path):
    tree = tmp_path / "tree"
    made(tree / "deep/deeper/a b#ü%.bin", 3 * MB)
    made(tree / "empty", 0)
    (tree / "no files").mkdir()
    sent = done("put", "-r", tree, url(server, there))
    assert sent.count("sent") == 2
    assert contents(there / "tree") == contents(tree)
    assert (there / "tree/no files").is_dir()
    assert done("put", "-r", tree, url(server, there)).count("is there already") == 2
    back = tmp_path / "back"
    back.mkdir()
    assert done("get", "-r", url(server, there, "tree"), back).count("fetched") == 2
    assert contents(back / "tree") == contents(tree)
    assert done("get", "-r", url(server, there, "tree"), back).count("is here already") == 2


@only_room
def test_addresses_that_people_have(server, there, tmp_path):
    here = made(tmp_path / "a.csv")
    for page in ("lab/tree", "tree", "files", "lab/workspaces/auto-x/tree"):
        done("put", here, f"{server.url}/{page}/{there.name}/")
        (there / "a.csv").unlink()
    renamed = f"{server.url}/{there.name}/b.csv?token={TOKEN}"
    assert run("put", here, renamed, token="").returncode == 0
    assert sha256(there / "b.csv") == sha256(here)
    made(there / "c.csv")
    made(there / "c.txt")
    done("get", url(server, there, "*.csv"), cwd=tmp_path)
    assert {path.name for path in tmp_path.glob("*.*")} == {"a.csv", "b.csv", "c.csv"}


@pytest.mark.parametrize("size", [0, 10, 3 * MB])
def test_another_file_is_replaced_only_with_a_yes(server, there, tmp_path, size):
    here, target = made(tmp_path / "a.bin", size), made(there / "a.bin", 10)
    old = target.read_bytes()
    address = url(server, there)
    assert "another file is there already (--overwrite" in complaint("put", here, address)
    assert target.read_bytes() == old
    done("put", "--overwrite", here, address)
    assert contents(there) == {"a.bin": here.read_bytes()}
    old = made(here, 20).read_bytes()
    assert "another file is there already" in complaint("get", address + "a.bin", here)
    assert here.read_bytes() == old
    done("get", "--overwrite", address + "a.bin", here)
    assert contents(tmp_path) == {"a.bin": target.read_bytes()}


@pytest.mark.parametrize("verb", ["put", "get"])
def test_a_killed_command_is_gone_on_with(server, there, tmp_path, relay: Relay, verb):
    size = 12 * MB
    source, target = (tmp_path, there) if verb == "put" else (there, tmp_path)
    file = made(source / "large.bin", size)
    address = url(server, there, "" if verb == "put" else "large.bin", relay.port)
    words = ("put", file, address) if verb == "put" else ("get", address, tmp_path)
    arguments, environment = command(*words)
    relay.delay = 0.005

    def moved() -> int:
        return relay.sent + relay.received

    with subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: moved() > size / 2, seconds=60, what="half of the file")
        process.kill()
    assert not (target / "large.bin").exists()
    relay.cut()
    relay.delay = 0.0
    have = next(target.glob("large.bin.*.part")).stat().st_size
    assert 0 < have < size
    before = moved()
    assert "large.bin: " in done(*words)
    assert moved() - before < (size - have) * 1.4 + MB  # of which a third is base64's
    assert contents(target) == {"large.bin": file.read_bytes()}


@pytest.mark.parametrize("verb", ["put", "get"])
def test_a_lost_connection_is_waited_for(server, there, tmp_path, relay, verb):
    source, target = (tmp_path, there) if verb == "put" else (there, tmp_path)
    file = made(source / "large.bin", 8 * MB)
    address = url(server, there, "" if verb == "put" else "large.bin", relay.port)
    arguments, environment = command(
        *(("put", file, address) if verb == "put" else ("get", address, tmp_path))
    )
    relay.delay = 0.005
    with subprocess.Popen(arguments, env=environment) as process:
        wait_until(lambda: relay.sent + relay.received > 4 * MB, seconds=60, what="half of the file")
        relay.delay = 0.0
        relay.cut(0.5)
        assert process.wait(60) == 0
    assert contents(target) == {"large.bin": file.read_bytes()}


@only_room
def test_memory_stays_flat(server, there, tmp_path):
    file = made(tmp_path / "large.bin", 72 * MB)
    assert _peak("put", file, url(server, there)) < 72 * MB
    file.unlink()
    assert _peak("get", url(server, there, "large.bin"), tmp_path) < 48 * MB


def _peak(*words: object) -> int:
    """The most memory, in bytes, that a command had at a time."""
    program = (
        "import sys; from nbhotel.cli.main import main; code = main(sys.argv[1:])\n"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])\n"
        "sys.exit(code)"
    )
    arguments, environment = command(*words)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments[len(NBHOTEL) :]],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1]) * 1024


@only_room
def test_what_is_wrong_is_said(server, there, tmp_path):
    here = made(tmp_path / "a.bin")
    address = url(server, there)
    assert "the token is wrong or has expired" in complaint("put", here, address, token="other")
    assert "the token is wrong or has expired" in complaint("get", address + "a?token=other")
    assert "a token is needed" in complaint("put", here, address, token="")
    assert "there is no Jupyter Server" in complaint("put", here, server.url.replace("/me", "/you"))
    assert "the connection failed" in complaint("put", here, "http://127.0.0.1:9/")
    assert "there is no such folder" in complaint("put", here, address + "none/")
    assert "leaves the folder" in complaint("put", here, f"{server.url}/../../etc/")
    assert "leaves the folder" in complaint("get", f"{server.url}/%2e%2e/%2e%2e/etc/passwd")
    assert "there is no such file" in complaint("put", tmp_path / "none", address)
    assert "is a folder (--recursive" in complaint("put", tmp_path, address)
    assert "there is no such file" in complaint("get", address + "none")
    assert "nothing has such a name" in complaint("get", address + "*.none")
    assert "is a folder (--recursive" in complaint("get", address)
    assert "no address of a server" in complaint("put", here, "hub/user/me/")
    (there / "a.bin").mkdir()
    assert "a folder is there already" in complaint("put", here, address)
    assert contents(there) == {}


@pytest.mark.root
def test_a_full_disk_and_one_that_is_read_only(server, there, tmp_path):
    small = there / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], check=True)
    try:
        here = made(tmp_path / "a.bin", 4 * MB)
        address = url(server, there, "small/")
        assert "disk is full" in complaint("put", here, address)
        assert not (small / "a.bin").exists()
        subprocess.run(["mount", "-o", "remount,ro", small], check=True)
        told = complaint("put", made(tmp_path / "b.bin"), address)
        assert "Read-only file system" in told or "Permission denied" in told
        assert not (small / "b.bin").exists()
    finally:
        subprocess.run(["umount", small], check=True)
