"""J1, J2, J3: what the journal costs each execution, how large 10,000 cells are, and how long a search takes.

Two Jupyter Servers run side by side, one with the journal (ours) and one without it (stock); the same cells
go to a kernel of each in turn. What is searched are 10,000 pieces of the standard library's own code.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

import psutil
import websocket

from _table import Figure, Goal, options, report
from nbhotel.journal.file import size_on_disk
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run

TOKEN = "bench"
EXTENSIONS = {"nbhotel.room": True, "jupyterlab": False, "notebook": False, "jupyterlab_jupytext": False}
NBHOTEL = Path(sys.executable).with_name("nbhotel")
#: Lines of a cell, as in a notebook.
LINES = 8
_SOON = Goal("≤ 0.1 s", at_most=0.1)
_CHEAP = Goal("≤ 5 ms more CPU", at_most=5.0)
#: What is asked for -> the words.
SEARCHES: dict[str, tuple[str, ...]] = {
    "the newest 50": (),
    "a common word": ("self",),
    "a rare word": ("_dlog10",),
    "part of an expression": (".append((",),
    "three words": ("import", "def", "return"),
    "two letters": ("os",),
    "nothing like that": ("no such code",),
}


class Server:
    """A Jupyter Server with a kernel, driven over its websocket as a client does."""

    def __init__(self, url: str, process: psutil.Process) -> None:
        self._url, self.process = url, process
        request = Request(f"{url}/api/sessions", json.dumps(_SESSION).encode(), _HEADERS, method="POST")
        with urlopen(request, timeout=60) as answer:
            kernel = json.load(answer)["kernel"]["id"]
        address = f"{url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?token={TOKEN}&session_id=b"
        self._socket = websocket.create_connection(address, timeout=60)

    def execute(self, code: str) -> float:
        """Run a cell; return the seconds until the kernel is idle again."""
        message = uuid.uuid4().hex
        header = {
            "msg_id": message,
            "msg_type": "execute_request",
            "session": "b",
            "username": "",
            "date": "",
        }
        sent = {
            "channel": "shell",
            "header": header | {"version": "5.3"},
            "parent_header": {},
            "metadata": {},
        }
        began = time.perf_counter()
        self._socket.send(
            json.dumps(sent | {"content": {"code": code, "silent": False, "store_history": True}})
        )
        while True:
            heard = json.loads(self._socket.recv())
            state = heard["content"].get("execution_state")
            if heard["parent_header"].get("msg_id") == message and state == "idle":
                return time.perf_counter() - began

    def cpu(self) -> float:
        """Seconds of processor time that the server has used, without its kernel."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


_SESSION = {"path": "a.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
_HEADERS = {"Authorization": f"token {TOKEN}"}


@contextmanager
def serving(folder: Path, *, journal: bool) -> Iterator[Server]:
    """Run a server in folders of its own."""
    places = {
        name: str(folder / name.lower()) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    places |= {"XDG_DATA_HOME": str(folder / "data"), "IPYTHONDIR": str(folder / "ipython")}
    for place in places.values():
        Path(place).mkdir(parents=True)
    server = {"root_dir": str(folder), "jpserver_extensions": EXTENSIONS, "allow_root": True, "port": 0}
    config = {"ServerApp": server, "IdentityProvider": {"token": TOKEN}, "Journal": {"enabled": journal}}
    (folder / "jupyter_config_dir/jupyter_server_config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **places}, stdout=log, stderr=log, cwd=folder)
    try:
        notice = folder / f"jupyter_runtime_dir/jpserver-{process.pid}.json"
        while not _answers(notice):
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.1)
        yield Server(json.loads(notice.read_text())["url"].rstrip("/"), psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _answers(notice: Path) -> bool:
    """Whether the server whose notice this is answers yet."""
    try:
        urlopen(f"{json.loads(notice.read_text())['url']}api/status?token={TOKEN}", timeout=10).close()
    except (OSError, ValueError):
        return False
    return True


def executions(folder: Path, rounds: int) -> list[Figure]:
    """J1: cells go to both servers in turn, a hundred at a time."""
    took: dict[str, list[float]] = {"ours": [], "stock": []}
    spent = dict.fromkeys(took, 0.0)
    with ExitStack() as stack:
        servers = {}
        for side in took:
            (folder / side).mkdir()
            servers[side] = stack.enter_context(serving(folder / side, journal=side == "ours"))
            servers[side].execute("x = 0")
        for number in range(rounds):
            for side, server in servers.items():
                before = server.cpu()
                took[side] += [server.execute(f"x = {number} + {each}\nx") for each in range(100)]
                time.sleep(1.5)  # what waits is written
                spent[side] += server.cpu() - before
    samples = rounds * 100
    latency = {side: statistics.median(each) * 1000 for side, each in took.items()}
    cpu = {side: each / samples * 1000 for side, each in spent.items()}
    more = {"ours": cpu["ours"] - cpu["stock"]}
    return [
        Figure.of("J1", "a cell until the kernel is idle, by its client", "ms", latency, samples=samples),
        Figure.of("J1", "the server's processor time for a cell", "ms", cpu, samples=samples),
        Figure.of("J1", "of that, the journal's", "ms", more, samples=samples, goal=_CHEAP),
    ]


def code(count: int) -> list[str]:
    """Cells of real code; where there is not enough of it, each one comes again with a line that tells it."""
    pieces = []
    for path in sorted(Path(os.__file__).parent.glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        pieces += ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    pieces = [each for each in pieces if each.strip()]
    return [f"{piece}\n# {number}" for number, piece in enumerate(islice(cycle(pieces), count))]


def searches(folder: Path, count: int, rounds: int) -> list[Figure]:
    """J2, J3: cells of a day's work are written ten at a time, then looked for."""
    file = str(folder / "journal.sqlite")
    cells = code(count)
    runs = [_run(at, each) for at, each in enumerate(cells)]
    writes = []
    for at in range(0, count, 10):
        began = time.perf_counter()
        with Journal(file) as journal:
            journal.write(runs[at : at + 10])
        writes.append(time.perf_counter() - began)
    size = sum(map(len, cells))
    what = f"{count:,} cells"
    figures = [
        Figure.of("J2", f"{what}: their code", "MB", {"ours": size / 1e6}),
        Figure.of("J2", f"{what}: the database", "MB", {"ours": size_on_disk(file) / 1e6}),
        Figure.of("J2", f"{what}: opened, ten cells written, closed", "ms",
                  {"ours": statistics.median(writes) * 1000}, samples=len(writes)),
    ]  # fmt: skip
    for name, words in SEARCHES.items():
        took = [_search(file, words) for _ in range(rounds)]
        figures.append(
            Figure.of(
                "J3", f"{what}: {name}", "s", {"ours": statistics.median(took)}, samples=rounds, goal=_SOON
            )
        )
    command = [str(NBHOTEL), "history", "--journal", file, "_dlog10"]
    took = [_whole(command) for _ in range(rounds)]
    figures.append(
        Figure.of(
            "J3",
            f"{what}: a rare word, `nbhotel history`",
            "s",
            {"ours": statistics.median(took)},
            samples=rounds,
        )
    )
    return figures


def _run(at: int, source: str) -> Run:
    """A cell of a notebook of a hundred."""
    return Run(
        uuid.uuid4().hex,
        1.7e9 + at,
        source,
        seconds=0.1,
        failed=False,
        notebook=f"/home/me/work/{at // 100}.ipynb",
        cell=str(uuid.uuid4()),
        kernel=str(uuid.UUID(int=at // 100)),
        spec="python3",
        language="python",
        number=at % 100,
    )


def _search(file: str, words: tuple[str, ...]) -> float:
    began = time.perf_counter()
    with Journal(file, to_read=True) as journal:
        list(journal.search(Query(words=words), limit=50))
    return time.perf_counter() - began


def _whole(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    count, rounds = (1000, 1) if chosen.quick else (10_000, 10)
    with TemporaryDirectory(prefix="nbb-") as name:
        figures = searches(Path(name), count, rounds if chosen.quick else 20)
        figures += [] if chosen.only else executions(Path(name), rounds)
    report("journal", figures, keep=not (chosen.quick or chosen.only))


if __name__ == "__main__":
    main()
