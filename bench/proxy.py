"""P7: requests/s of a tiny response, and the latency of a websocket echo, through the front.

Twice: with the machine's cores shared by all, as people run a hotel, and with the proxy alone on one core,
which shows what one request costs it. The load generator and the backend do many times what a proxy does, as
the figures without a proxy show. Ours is Caddy with the configuration that `nbhotel up` gives it and a room's
unix socket behind it; the peer is configurable-http-proxy with a TCP backend, as JupyterHub uses it, on the
machine's node and, for comparison, on the newest one at hand.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import _ws
from _front import GUEST, OurFront
from _machine import free_port, need
from _stacks import node_version, nodes, peer_proxy, peer_versions
from _table import Figure, Goal, options, report

CONNECTIONS = 32
_BACKEND = Path(__file__).resolve().parent / "_backend.py"


@dataclass(frozen=True)
class Cores:
    """Which cores the proxy may use, and which the load generator and the backend; the note for the table."""

    proxy: frozenset[int]
    others: frozenset[int]
    note: str = ""


#: Starts one way to a backend in an empty folder, and returns its address.
Way = Callable[[ExitStack, Path, Cores], str]


@dataclass
class Samples:
    """What one way to the backend gave, round by round."""

    requests: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    paced: list[float] = field(default_factory=list)
    flat_out: list[float] = field(default_factory=list)

    def medians(self) -> list[float]:
        return [statistics.median(each) for each in (self.requests, self.alone, self.paced, self.flat_out)]


@contextmanager
def running(command: list[str], cores: frozenset[int], **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` on ``cores``, and end it."""
    process = subprocess.Popen([*_on(cores), *command], stdin=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _on(cores: frozenset[int]) -> list[str]:
    return ["taskset", "-c", ",".join(map(str, sorted(cores)))]


def shared() -> Cores:
    """Return the machine as it is."""
    every = frozenset(os.sched_getaffinity(0))
    return Cores(every, every)


def apart() -> Cores:
    """Return one core for the proxy and all others for the rest; one core alone is shared."""
    first, *rest = sorted(os.sched_getaffinity(0))
    return Cores(frozenset({first}), frozenset(rest or [first]), ", proxy on one core")


def until_up(probe: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            probe()
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} does not answer") from None
            time.sleep(0.05)
        else:
            return


def backend(stack: ExitStack, address: str, cores: Cores) -> None:
    stack.enter_context(running([sys.executable, str(_BACKEND), address], cores.others))
    until_up(lambda: _ws.connect(address, "/").close(), f"the backend at {address}")


def start_peer(stack: ExitStack, folder: Path, cores: Cores, *, node: str) -> str:
    """Start configurable-http-proxy with a route to a TCP backend; return its address."""
    target, port, api = free_port(), free_port(), free_port()
    backend(stack, f"tcp:{target}", cores)
    command = [
        *peer_proxy(node),
        "--ip",
        "127.0.0.1",
        "--port",
        str(port),
        "--api-ip",
        "127.0.0.1",
        "--api-port",
        str(api),
    ]
    environment = os.environ | {"CONFIGPROXY_AUTH_TOKEN": "bench"}
    log = stack.enter_context((folder / f"chp-{port}.log").open("wb"))
    stack.enter_context(
        running([*command, "--log-level", "error"], cores.proxy, env=environment, stdout=log, stderr=log)
    )
    route = urllib.request.Request(
        f"http://127.0.0.1:{api}/api/routes/user/{GUEST}",
        data=json.dumps({"target": f"http://127.0.0.1:{target}"}).encode(),
        headers={"Authorization": "token bench"},
    )
    until_up(lambda: urllib.request.urlopen(route, timeout=5).close(), "configurable-http-proxy")
    return f"tcp:{port}"


def start_ours(stack: ExitStack, folder: Path, cores: Cores) -> str:
    """Start Caddy as the hotel does, with a room's socket behind it; return its address."""
    front = OurFront(folder / "state", free_port())
    backend(stack, f"unix:{front.room_socket}", cores)
    log = stack.enter_context((folder / "caddy.log").open("wb"))
    descriptor = front.listener.fileno()
    stack.enter_context(
        running(
            front.command,
            cores.proxy,
            env=front.environment,
            pass_fds=(3,),
            stdout=log,
            stderr=log,
            preexec_fn=lambda: os.dup2(descriptor, 3),
        )
    )
    address = f"tcp:{front.port}"
    until_up(lambda: _ws.connect(address, path_of_room()).close(), "Caddy")
    return address


def start_none(stack: ExitStack, _: Path, cores: Cores) -> str:
    address = f"tcp:{free_port()}"
    backend(stack, address, cores)
    return address


def path_of_room() -> str:
    return f"/user/{GUEST}/echo"


def requests_per_second(address: str, seconds: float) -> float:
    """Let wrk ask on 32 connections from one thread; anything but 2xx is an error."""
    url = f"http://127.0.0.1:{address.partition(':')[2]}{path_of_room()}"
    wrk = [
        need("wrk"),
        "--threads",
        "1",
        "--connections",
        str(CONNECTIONS),
        "--duration",
        f"{seconds:.0f}s",
        url,
    ]
    said = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec: +([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk at {url}:\n{said}")
    return float(rate[1])


def measure(address: str, samples: Samples, seconds: float) -> None:
    """Take one round of everything."""
    samples.requests.append(requests_per_second(address, seconds))
    connections = [_ws.connect(address, path_of_room()) for _ in range(CONNECTIONS)]
    try:
        samples.alone.append(1e3 * statistics.median(_ws.flat_out(connections[:1], seconds / 2)))
        samples.paced.append(1e3 * statistics.median(_ws.paced(connections, seconds / 2, per_second=500)))
        samples.flat_out.append(1e3 * statistics.median(_ws.flat_out(connections, seconds / 2)))
    finally:
        for connection in connections:
            connection.close()


def run(ways: dict[str, Way], cores: Cores, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Take short rounds in turn, so that other load on the machine hits all alike; return medians per way."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nbb-")))
        folder.chmod(0o755)
        addresses = {way: start(stack, folder, cores) for way, start in ways.items()}
        samples = {way: Samples() for way in ways}
        every = os.sched_getaffinity(0)
        stack.callback(os.sched_setaffinity, 0, every)
        os.sched_setaffinity(0, cores.others)  # and with it wrk's, which inherits it
        for address in addresses.values():
            measure(address, Samples(), 2)  # warm-up: compilers, caches
        for number in range(rounds):
            for way, address in addresses.items():
                measure(address, samples[way], seconds)
            rates = ", ".join(f"{way} {each.requests[-1]:.0f}" for way, each in samples.items())
            print(f"round {number + 1}{cores.note}: {rates} requests/s", file=sys.stderr, flush=True)
        return {way: each.medians() for way, each in samples.items()}


def figures(medians: dict[str, list[float]], cores: Cores, rounds: int) -> list[Figure]:
    faster, quicker = Goal("≥ 3x", ratio_at_least=3), Goal("≤ 0.7x", ratio_at_most=0.7)
    rows: list[tuple[str, str, Goal | None]] = [
        (f"requests/s, {CONNECTIONS} connections", "1/s", faster),
        ("websocket echo, 1 connection", "ms", None),
        (f"websocket echo, {CONNECTIONS} connections, 500/s", "ms", quicker),
        (f"websocket echo, {CONNECTIONS} connections, flat out", "ms", quicker),
    ]

    def table(note: str, ours: str, stock: str, *, with_goal: bool) -> list[Figure]:
        return [
            Figure.of(
                "P7",
                f"{what}{cores.note}{note}",
                unit,
                {side: medians[way][i] for side, way in (("ours", ours), ("stock", stock)) if way in medians},
                samples=rounds,
                goal=goal if with_goal else None,
            )
            for i, (what, unit, goal) in enumerate(rows)
        ]

    found = table("", "ours", "stock", with_goal=not cores.note)
    if "newest" in medians:
        found += table(f", stock on node {node_version(nodes()[-1])}", "ours", "newest", with_goal=False)
    return found + table(", no proxy at all", "direct", "", with_goal=False)


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    rounds, seconds = (3, 1.0) if chosen.quick else (14, 2.0)
    peers: dict[str, Way] = {"stock": partial(start_peer, node=nodes()[0])}
    if len(nodes()) > 1:
        peers["newest"] = partial(start_peer, node=nodes()[-1])
    ways = peers | {"ours": start_ours, "direct": start_none}
    if chosen.only:
        ways = (peers if chosen.only == "stock" else {"ours": start_ours}) | {"direct": start_none}
    found: list[Figure] = []
    for cores in (shared(), apart()):
        found += figures(run(ways, cores, rounds, seconds), cores, rounds)
    report("proxy", found, keep=not (chosen.quick or chosen.only), versions=peer_versions())


if __name__ == "__main__":
    main()
