"""K: the first result of a new notebook, and a kernel's memory; warm kernels beside stock ones.

Three Jupyter Servers of one environment run at the same time and are asked in turn: the stock one, one with
warm kernels, and one whose warm process has imported pandas. `bench/setup pandas` fetches that.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import psutil

from _hub import HubClient
from _kernel import Kernel
from _machine import free_port, memory_of
from _table import Figure, Goal, options, report

USER = "bench"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
PACKAGES = Path(__file__).resolve().parent.parent / ".build/bench/pandas/lib" / _PYTHON / "site-packages"
PATIENCE = 60.0
#: The options of each server beyond the stock ones.
KINDS = {
    "stock": ["--ServerApp.jpserver_extensions={'nbhotel.room': False}"],
    "warm": ["--ServerApp.jpserver_extensions={'nbhotel.room': True}"],
    "pandas": ["--ServerApp.jpserver_extensions={'nbhotel.room': True}", "--WarmKernels.preload=pandas"],
}


class Room(HubClient):
    """A server without a hub, asked as a hub's room is."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(f"http://127.0.0.1:{port}", token)
        self._room_token = token

    async def user_token(self, user: str) -> str:  # noqa: ARG002 - there is one user
        return self._room_token

    async def answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(ConnectionRefusedError):
                if (await self.room(USER, "GET", "/api/status")).code == 200:
                    return
            await asyncio.sleep(0.1)
        raise RuntimeError("a server doesn't answer")

    async def stop_kernels(self) -> None:
        answer = await self.room(USER, "GET", "/api/kernels")
        for kernel in json.loads(answer.body):
            await self.room(USER, "DELETE", f"/api/kernels/{kernel['id']}")


@dataclass(slots=True)
class Times:
    """Of one server, kernel by kernel, in seconds and bytes."""

    result: list[float] = field(default_factory=list)
    pandas: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    memory_pandas: list[int] = field(default_factory=list)


@contextmanager
def server(kind: str, port: int, token: str) -> Iterator[psutil.Process]:
    """Run one server in folders of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"nbhotel-bench-{kind}-"))
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", *KINDS[kind]]
    command += [f"--port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    command += [f"--ServerApp.base_url=/user/{USER}/"]
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    kept["PYTHONPATH"] = str(PACKAGES)
    with (folder / "log").open("wb") as log:
        process = psutil.Popen(command, env=kept | {"HOME": str(folder)}, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def kernels(process: psutil.Process) -> set[int]:
    """Return the pids of a server's kernels."""
    found = set()
    for each in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a former one has just ended
            if "ipykernel_launcher" in " ".join(each.cmdline()):
                found.add(each.pid)
    return found


async def one_kernel(room: Room, process: psutil.Process, times: Times | None) -> bool:
    """Start a kernel, and note what it takes; return whether it was warm."""
    began = time.perf_counter()
    kernel = await Kernel.start(room, USER)
    await kernel.execute("1+1", PATIENCE)
    result = time.perf_counter() - began
    pids = kernels(process)
    memory = memory_of(pids).private
    pandas = await kernel.execute("import pandas", PATIENCE)
    if times:
        times.result.append(result)
        times.pandas.append(pandas)
        times.memory.append(memory)
        times.memory_pandas.append(memory_of(pids).private)
    is_warm = {psutil.Process(pid).ppid() for pid in pids} != {process.pid}
    kernel.close()
    await room.stop_kernels()
    return is_warm


async def measure(rounds: int, sides: list[str]) -> tuple[dict[str, Times], int]:
    """Return the times of each server, and the private bytes of the warm process without libraries."""
    times = {kind: Times() for kind in sides}
    async with AsyncExitStack() as stack:
        rooms, processes = {}, {}
        for kind in times:
            port, token = free_port(), secrets.token_hex(16)
            processes[kind] = stack.enter_context(server(kind, port, token))
            rooms[kind] = Room(port, token)
            stack.callback(rooms[kind].close)
        for kind, room in rooms.items():
            await room.answers()
            await ready(kind, room, processes[kind])
        for number in range(rounds):
            for kind, room in rooms.items():
                is_warm = await one_kernel(room, processes[kind], times[kind])
                if is_warm is (kind == "stock"):
                    raise RuntimeError(f"{kind}: kernel {number} was {'warm' if is_warm else 'cold'}")
                print(f"{kind}: {times[kind].result[-1]:.3f} s", file=sys.stderr, flush=True)
        nursery = {each.pid for each in processes["warm"].children()} if "warm" in processes else set()
        return times, memory_of(nursery).private


async def ready(kind: str, room: Room, process: psutil.Process) -> None:
    """Start kernels, not counted, until a server's disk cache and warm process are there."""
    deadline = time.monotonic() + PATIENCE
    while await one_kernel(room, process, None) is (kind == "stock"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{kind}: no kernel is as it should be")
        await asyncio.sleep(4)


def figures(times: dict[str, Times], nursery: int) -> list[Figure]:
    """Return the medians, and the slowest of each."""
    count = min(len(each.result) for each in times.values())

    def row(
        what: str, unit: str, ours: str, take: str, how: str = "median", goal: Goal | None = None
    ) -> Figure:
        function = statistics.median if how == "median" else max
        scale = 1e6 if unit == "MB" else 1
        named = {"ours": times.get(ours), "stock": times.get("stock")}
        values = {side: function(getattr(each, take)) / scale for side, each in named.items() if each}
        return Figure.of("K", f"{what}, {how}", unit, values, samples=count, goal=goal)

    return [
        row("new kernel to the result of 1+1", "s", "warm", "result"),
        row("new kernel to the result of 1+1", "s", "warm", "result", "worst"),
        row("the same, pandas preloaded", "s", "pandas", "result"),
        row("then `import pandas`, not preloaded", "s", "warm", "pandas"),
        row("then `import pandas`, preloaded", "s", "pandas", "pandas"),
        row("private memory after 1+1", "MB", "warm", "memory"),
        row("private memory after import, preloaded", "MB", "pandas", "memory_pandas"),
        Figure.of(
            "K", "private memory of the warm process", "MB", {"ours": nursery / 1e6} if nursery else {}
        ),
    ]


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    if not PACKAGES.exists():
        sys.exit("kernel.py: pandas is missing; run `bench/setup pandas`")
    sides = {"stock": ["stock"], "ours": ["warm", "pandas"], None: list(KINDS)}[chosen.only]
    times, nursery = asyncio.run(measure(3 if chosen.quick else 20, sides))
    found = {each.name: each.version for each in metadata.distributions(path=[str(PACKAGES)])}
    versions = {"ipython": metadata.version("ipython")} | {name: found[name] for name in ("numpy", "pandas")}
    keep = not (chosen.quick or chosen.only)
    report("kernel", figures(times, nursery), keep=keep, versions=versions)


if __name__ == "__main__":
    main()
