"""A save of a notebook of 5 MB with the room's hooks on, beside stock Jupyter Server.

Both servers run at the same time and are asked in turn, each for the same notebook in a git repository with
our filter. Ours also exports a script and a stripped copy after each save. A save is what the browser waits
for: from the request to the answer.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from _table import Figure, Goal, options, report

SETTINGS = '[save]\nexports = ["script", { chain = "vcs", folder = "stripped" }]\n'
#: Bytes of a notebook, of which most are pictures in outputs, as in real ones.
SIZE, PICTURE = 5_000_000, 150_000
#: Seconds of rest before a save.
PAUSE = 1.0


def big_notebook() -> dict[str, Any]:
    """A notebook of SIZE bytes: code, text outputs, pictures; the same each time."""
    dice = random.Random(5)
    cells: list[dict[str, Any]] = []
    while len(cells) * (PICTURE + 2000) < SIZE:
        picture = base64.b64encode(dice.randbytes(PICTURE * 3 // 4)).decode()
        lines = [f"step {dice.random():.6f}\n" for _ in range(80)]
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": lines},
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}},
        ]
        cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "execution_count": None}
        source = f"plot(data, step={len(cells)})"
        cells.append({**cell, "id": f"cell-{len(cells)}", "outputs": outputs, "source": source})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


class Server:
    """A Jupyter Server of one side, asked over one connection."""

    def __init__(self, folder: Path, port: int, process: int) -> None:
        self.folder = folder
        self._process = psutil.Process(process)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": "token bench", "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return content

    def cost(self) -> tuple[float, float]:
        """Return the processor time, in seconds, of the server, and of what it started, until now."""
        times = self._process.cpu_times()
        return times.user + times.system, times.children_user + times.children_system

    def save(self, content: dict[str, Any]) -> float:
        """Return the seconds of one save."""
        body = json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
        began = time.perf_counter()
        self.ask("PUT", "/api/contents/big.ipynb", body)
        return time.perf_counter() - began

    def settled(self) -> float:
        """Return the seconds until the exports of the last save are there."""
        began = time.perf_counter()
        told = json.loads(self.ask("GET", "/nbhotel/api/saving/status?path=big.ipynb"))
        if told["problems"] or len(told["exports"]) != 2:
            raise RuntimeError(f"the exports: {told}")
        return time.perf_counter() - began


@contextmanager
def serve(side: str, folder: Path) -> Iterator[Server]:
    """Run one side's server in a folder of its own, which is a repository with our filter."""
    root = folder / "root"
    root.mkdir(parents=True)
    places = {name: str(folder / name.lower()) for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    environment = {**os.environ, **places, "HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    for command in (["git", "init", "-q"], [sys.executable, "-m", "nbhotel", "git", "enable"]):
        subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    (root / "nbhotel.toml").write_text(SETTINGS)
    extensions = {"nbhotel.room": side == "ours", "jupyterlab": False, "notebook": False}
    (folder / "config").mkdir()
    settings = {"ServerApp": {"jpserver_extensions": extensions}, "IdentityProvider": {"token": "bench"}}
    (folder / "config/jupyter_server_config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "jupyter", "server", "--port=0", "--allow-root"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        yield Server(root, _port(folder, process), process.pid)
    finally:
        process.terminate()
        process.wait()


def _port(folder: Path, process: subprocess.Popen[bytes]) -> int:
    notice = folder / f"jupyter_runtime_dir/jpserver-{process.pid}.json"
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if notice.exists() and "is running at" in (folder / "log").read_text():
            port: int = json.loads(notice.read_text())["port"]
            return port
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text())


class Side:
    """What one side took, in ms, round by round; `work` is processor time."""

    def __init__(self) -> None:
        self.save: list[float] = []
        self.again: list[float] = []
        self.exports: list[float] = []
        self.work: list[float] = []
        self.exports_work: list[float] = []

    def add(self, server: Server, content: dict[str, Any], *, exports: bool) -> None:
        """Take one round: a save, and later two at once."""
        time.sleep(PAUSE)
        before, started_before = server.cost()
        content["cells"][0]["source"] = f"x = {time.time()}"
        self.save.append(1000 * server.save(content))
        self.exports.append(1000 * server.settled() if exports else 0.0)
        after, started = server.cost()
        self.work.append(1000 * (after - before))
        self.exports_work.append(1000 * (started - started_before))
        time.sleep(PAUSE)
        content["cells"][0]["source"] = f"y = {time.time()}"
        server.save(content)
        self.again.append(1000 * server.save(content))  # while the exports of the one before are made
        if exports:
            server.settled()


def measure(sides: list[str], rounds: int) -> list[Figure]:
    """Save on both sides in turn; the first round fills the page cache and is not counted."""
    content = big_notebook()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {side: stack.enter_context(serve(side, folder / side)) for side in sides}
        for side, server in servers.items():
            Side().add(server, content, exports=side == "ours")
            subprocess.run(["git", "-C", str(server.folder), "add", "."], check=True)
        took = {side: Side() for side in sides}
        for number in range(rounds):
            for side, server in servers.items():
                took[side].add(server, content, exports=side == "ours")
            told = ", ".join(f"{side} {each.save[-1]:.0f} ms" for side, each in took.items())
            print(f"{number}: {told}", file=sys.stderr, flush=True)
    return _figures(took, rounds)


def _figures(took: dict[str, Side], count: int) -> list[Figure]:
    def figure(what: str, name: str, goal: Goal | None = None) -> Figure:
        sides = {side: statistics.median(getattr(each, name)) for side, each in took.items()}
        return Figure.of("R1", what, "ms", sides, samples=count, goal=goal)

    return [
        figure("save of 5 MB, median", "save", Goal("≤ 1.1x", ratio_at_most=1.1)),
        figure("a second save at once after one, median", "again"),
        figure("processor time of the server for a save", "work"),
        figure("processor time of the exports of a save", "exports_work"),
        figure("from a save's answer to both exports, median", "exports"),
    ]


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    figures = measure(sides, 3 if chosen.quick else 20)
    report("save", figures, keep=not (chosen.quick or chosen.only))


if __name__ == "__main__":
    main()
