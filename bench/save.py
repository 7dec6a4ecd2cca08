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

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": "token bench", "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return content

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
        yield Server(root, _port(folder, process))
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


def measure(sides: list[str], rounds: int) -> list[Figure]:
    content = big_notebook()
    saves: dict[str, list[float]] = {side: [] for side in sides}
    close: dict[str, list[float]] = {side: [] for side in sides}
    exports: list[float] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {side: stack.enter_context(serve(side, folder / side)) for side in sides}
        for server in servers.values():
            server.save(content)
            subprocess.run(["git", "-C", str(server.folder), "add", "."], check=True)
        for number in range(rounds + 1):
            for side, server in servers.items():
                content["cells"][0]["source"] = f"x = {number}"
                first = server.save(content)
                settled = server.settled() if side == "ours" else 0.0
                time.sleep(PAUSE)
                content["cells"][0]["source"] = f"y = {number}"
                server.save(content)
                second = server.save(content)  # while the exports of the one before are made
                if side == "ours":
                    server.settled()
                time.sleep(PAUSE)
                print(f"{side}: {first:.3f} s, {second:.3f} s, exports {settled:.3f} s", file=sys.stderr)
                if number:  # the first round fills the page cache
                    saves[side].append(first)
                    close[side].append(second)
                    exports += [settled] if side == "ours" else []
    return _figures(saves, close, exports)


def _figures(
    saves: dict[str, list[float]], close: dict[str, list[float]], exports: list[float]
) -> list[Figure]:
    count = max(len(each) for each in saves.values())
    medians = {side: statistics.median(each) * 1000 for side, each in saves.items()}
    worst = {side: max(each) * 1000 for side, each in saves.items()}
    next_one = {side: statistics.median(each) * 1000 for side, each in close.items()}
    after = {"ours": statistics.median(exports) * 1000} if exports else {}
    goal = Goal("≤ 1.1x", ratio_at_most=1.1)
    return [
        Figure.of("R1", "save of 5 MB, median", "ms", medians, samples=count, goal=goal),
        Figure.of("R1", "save of 5 MB, worst", "ms", worst, samples=count),
        Figure.of("R1", "a second save at once after one, median", "ms", next_one, samples=count),
        Figure.of("R1", "from the answer to both exports, median", "ms", after, samples=count),
    ]


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    figures = measure(sides, 3 if chosen.quick else 20)
    report("save", figures, keep=not (chosen.quick or chosen.only))


if __name__ == "__main__":
    main()
