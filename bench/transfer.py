"""`nbhotel put` and `get` of one large file, beside `scp` to the same machine.

Against two servers: an unmodified Jupyter Server (of an environment of its own with `--python`), and one with
our extension. Each transfer is killed once in the middle (`kill -9`) and given again; then it is done in one
go, and timed. Every copy is compared with the original byte for byte.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from _repositories import NBHOTEL, WrongWork
from _table import Figure, options, report

TOKEN = "a-token"
_MB = 1 << 20


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: Sequence[object], probe: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a server until it is no longer needed; yield its pid when it answers."""
    with subprocess.Popen(
        list(map(str, command)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(600):
                try:
                    if probe:
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/{probe}", timeout=5).close()
                    else:
                        socket.create_connection(("127.0.0.1", port), 5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def jupyter(python: str, root: Path, *, ours: bool) -> tuple[Sequence[object], int]:
    port = free_port()
    extension = str({"nbhotel.room": True}) if ours else "{}"
    return (
        python,
        *("-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"),
        *(f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}"),
        f"--ServerApp.jpserver_extensions={extension}",
    ), port


def peak(pid: int) -> float:
    """The most memory that a process had at a time, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def timed(command: Sequence[object], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds that a command takes and the most memory, in MB, that was seen of it."""
    began = time.perf_counter()
    highest = 0.0
    with subprocess.Popen(list(map(str, command)), env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                highest = max(highest, peak(process.pid))
            except (StopIteration, FileNotFoundError, ProcessLookupError):
                break
            time.sleep(0.02)
    if process.wait():
        raise WrongWork(f"{command[1]} ended with {process.returncode}")
    return time.perf_counter() - began, highest


def killed(command: Sequence[object], environment: dict[str, str], folder: Path, least: int) -> int:
    """Kill a transfer when so many bytes are in a part below `folder`; return how many there are."""
    with subprocess.Popen(list(map(str, command)), env=environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not any(
            part.stat().st_size > least for part in folder.glob("*.part")
        ):
            time.sleep(0.005)
        process.kill()
    return next(part.stat().st_size for part in folder.glob("*.part"))


def same(one: Path, other: Path) -> None:
    if not filecmp.cmp(one, other, shallow=False):
        raise WrongWork(f"{other} is not {one}")


def over_http(python: str, file: Path, work: Path, *, ours: bool) -> dict[str, float]:
    """Measure put and get with one server."""
    root, back = work / "root", work / "back"
    environment = {**os.environ, "NBHOTEL_TOKEN": TOKEN, "HOME": str(work), "JUPYTER_CONFIG_DIR": str(work)}
    for folder in (root, back):
        folder.mkdir(parents=True)
    command, port = jupyter(python, root, ours=ours)
    found: dict[str, float] = {}
    with running(command, "api", port, environment) as pid:
        address = f"http://127.0.0.1:{port}/"
        put = (NBHOTEL, "put", file, address)
        get = (NBHOTEL, "get", address + file.name, back)
        for verb, words, folder in (("put", put, root), ("get", get, back)):
            there = killed(words, environment, folder, file.stat().st_size // 5)
            found[f"{verb} resumed"], _ = timed(words, environment)
            same(file, folder / file.name)
            print(
                f"{verb}: killed with {there // _MB} MB there, then {found[f'{verb} resumed']:.1f} s",
                flush=True,
            )
            (folder / file.name).unlink()
            if verb == "get":
                shutil.copyfile(file, root / file.name)
            found[verb], found[f"{verb} memory"] = timed(words, environment)
            same(file, folder / file.name)
            print(f"{verb}: {found[verb]:.1f} s, {found[f'{verb} memory']:.0f} MB", flush=True)
        found["server memory"] = peak(pid)
    shutil.rmtree(root)
    shutil.rmtree(back)
    return found


def by_scp(sshd: str, file: Path, work: Path) -> dict[str, float]:
    """Measure scp both ways, with a server, keys and settings of its own."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", work / name], check=True)
    port = free_port()
    (work / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {work}/host\nAuthorizedKeysFile {work}/user.pub\n"
        f"StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n"
    )
    quiet = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
    scp = ("scp", "-q", "-i", work / "user", "-P", port, *quiet)
    there, back = work / "there", work / "scp-back"
    environment = dict(os.environ)
    found: dict[str, float] = {}
    user = os.environ.get("USER") or "root"
    Path("/run/sshd").mkdir(exist_ok=True)
    with running((sshd, "-D", "-f", work / "sshd_config"), "", port, environment):
        found["put"], found["put memory"] = timed((*scp, file, f"{user}@127.0.0.1:{there}"), environment)
        found["get"], found["get memory"] = timed((*scp, f"{user}@127.0.0.1:{there}", back), environment)
    same(file, back)
    for copy in (there, back):
        copy.unlink()
    print(f"scp: put {found['put']:.1f} s, get {found['get']:.1f} s", flush=True)
    return found


def figures(sides: dict[str, dict[str, float]], peer: dict[str, float], size: str) -> list[Figure]:
    """One row for each thing that was measured with each server."""
    rows = []
    for server, found in sides.items():
        for verb in ("put", "get"):
            rows += [
                Figure("T1", f"{verb} of {size}, {server}, beside scp", "s", found[verb], peer.get(verb)),
                Figure("T2", f"the same again after kill -9, {server}", "s", found[f"{verb} resumed"], None),
                Figure(
                    "T3",
                    f"memory of {verb}, {server}",
                    "MB",
                    found[f"{verb} memory"],
                    peer.get(f"{verb} memory"),
                ),
            ]
        rows.append(Figure("T4", f"memory of the server, {server}", "MB", found["server memory"], None))
    return rows


def parsed() -> argparse.Namespace:
    parser = options(__doc__ or "")
    parser.add_argument("--python", default=sys.executable, help="of an unmodified Jupyter Server")
    parser.add_argument("--sshd", default=shutil.which("sshd") or "/usr/sbin/sshd", help="a full path")
    return parser.parse_args()


def main() -> None:
    args = parsed()
    size = (200 if args.quick else 2048) * _MB
    with TemporaryDirectory(prefix="nbhotel-bench-") as name:
        work = Path(name)
        file = work / "large.bin"
        with file.open("wb") as stream:
            for _ in range(size // _MB):
                stream.write(os.urandom(_MB))
        peer = by_scp(args.sshd, file, work) if Path(args.sshd).exists() and args.only != "ours" else {}
        sides: dict[str, dict[str, float]] = {}
        if args.only != "stock":
            print("with our extension", flush=True)
            sides["our extension"] = over_http(sys.executable, file, work / "ours", ours=True)
            print("an unmodified server", flush=True)
            sides["unmodified server"] = over_http(args.python, file, work / "stock", ours=False)
        keep = not args.quick and not args.only and bool(peer)
        report("transfer", figures(sides, peer, f"{size // _MB} MB"), keep=keep)


if __name__ == "__main__":
    main()
