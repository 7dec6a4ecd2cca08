"""P10: as many rooms with a kernel each as the machine holds, and how fast a trivial cell is in one of them.

The stacks take the whole machine one after the other. Cells come at the same pace, one room alone or all of
them in random order, so that what changes is only how many rooms there are. Filling ends at the number asked
for, or when memory or time is used up.
"""

from __future__ import annotations

import asyncio
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tornado.httpclient import HTTPClientError

from _hub import HubClient
from _kernel import Kernel
from _machine import Account, accounts, memory_of, need_root, room_pids
from _stacks import Ours, Stack, Stock, peer_versions
from _table import Figure, Goal, options, report

KINDS: dict[str, type[Stack]] = {"stock": Stock, "ours": Ours}
CELL = "6 * 7"
#: Cells per second, over all rooms.
PACE = 10.0
#: Seconds after which a cell counts as not answered.
PATIENCE = 30.0
#: Rooms that are started at the same time.
ABREAST = 3
#: No room is started when less memory is available, in bytes.
FLOOR = 1.5e9


@dataclass
class Outcome:
    """What one stack did: seconds per cell, alone and with all rooms, and what filling cost."""

    alone: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    silent: int = 0
    shut: int = 0
    rooms: int = 0
    answering: int = 0
    filling: float = 0.0
    memory: float = 0.0


class House:
    """The rooms of one stack, with a connected kernel each."""

    def __init__(self, client: HubClient, side: str, log_of: Callable[[str], Path | None]) -> None:
        self.client = client
        self.side = side
        self.log_of = log_of
        self.kernels: dict[str, Kernel] = {}
        self.shut: list[str] = []

    async def enter(self, account: Account) -> None:
        await self.client.add_user(account.name)
        await self.client.start_room(account.name)
        kernel = await Kernel.start(self.client, account.name)
        await kernel.execute(CELL, 120)
        self.kernels[account.name] = kernel

    async def fill(self, guests: list[Account], minutes: float) -> None:
        """Start a room for each guest, a few at a time, while there is memory and time."""
        end = time.monotonic() + 60 * minutes
        queue = list(reversed(guests))

        async def usher() -> None:
            while queue and time.monotonic() < end and psutil.virtual_memory().available > FLOOR:
                name = queue[-1].name
                try:
                    await self.enter(queue.pop())
                except (OSError, HTTPClientError, RuntimeError) as error:  # TimeoutError is an OSError
                    _say(f"{self.side}: no room with a kernel for {name}: {error!r}{self.told_of(name)}")
                    self.shut.append(name)
                if len(self.kernels) % 10 == 0:
                    _say(f"{self.side}: {len(self.kernels)} rooms")

        await asyncio.gather(*(usher() for _ in range(ABREAST)))

    def told_of(self, name: str) -> str:
        """What the room wrote before it failed, where there is a log of it."""
        log = self.log_of(name)
        return f"\n{log.read_text()[-3000:]}" if log and log.exists() else ""

    async def cells(self, count: int) -> tuple[list[float], int, int]:
        """Run ``count`` cells at the pace; return seconds of each, lost ones, and rooms that answered."""
        names = [name for _ in range(count // len(self.kernels) + 1) for name in self._shuffled()][:count]
        took: list[float] = []
        answered: set[str] = set()

        async def one(name: str) -> None:
            try:
                took.append(await self.kernels[name].execute(CELL, PATIENCE))
                answered.add(name)
            except (TimeoutError, ConnectionError):
                _say(f"{self.side}: the room of {name} did not answer")

        began = time.perf_counter()
        running: list[asyncio.Task[None]] = []
        for number, name in enumerate(names):
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            running.append(asyncio.create_task(one(name)))
        await asyncio.gather(*running)
        return took, count - len(took), len(answered)

    def _shuffled(self) -> list[str]:
        return random.sample(list(self.kernels), len(self.kernels))

    def close(self) -> None:
        for kernel in self.kernels.values():
            kernel.close()
        self.client.close()


async def measure(side: str, guests: list[Account], *, cells: int, minutes: float) -> Outcome:
    """Measure one stack, from one room to all."""
    outcome = Outcome()
    with KINDS[side]([account.name for account in guests]) as hotel:
        house = House(HubClient(hotel.url, hotel.token), side, hotel.room_log)
        shared = set(psutil.pids())
        began = time.perf_counter()
        await house.enter(guests[0])
        await house.cells(20)
        outcome.alone, _, _ = await house.cells(cells)
        alone = time.perf_counter() - began
        await house.fill(guests[1:], minutes)
        outcome.rooms, outcome.shut = len(house.kernels), len(house.shut)
        outcome.filling = time.perf_counter() - began - alone
        await asyncio.sleep(10)
        living = [account for account in guests if account.name in house.kernels]
        outcome.memory = statistics.mean(memory_of(room_pids(each.uid, shared)).private for each in living)
        await house.cells(outcome.rooms)  # the first cell after a rest is not what is asked for
        outcome.full, outcome.silent, outcome.answering = await house.cells(max(cells, 2 * outcome.rooms))
        house.close()
    return outcome


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def figures(outcomes: dict[str, Outcome], aim: int) -> list[Figure]:
    count = max(len(each.full) for each in outcomes.values())

    def row(what: str, unit: str, value: Callable[[Outcome], float], goal: Goal | None = None) -> Figure:
        sides = {side: value(outcome) for side, outcome in outcomes.items()}
        return Figure.of("P10", what, unit, sides, samples=count, goal=goal)

    return [
        row("rooms with a kernel, all answering", "", lambda o: o.answering, Goal(f"{aim}", at_least=aim)),
        row(
            "p95 of a cell, all rooms / one room",
            "",
            lambda o: p95(o.full) / p95(o.alone),
            Goal("≤ 3", at_most=3),
        ),
        row("p95 of a cell, all rooms", "ms", lambda o: 1e3 * p95(o.full)),
        row("p95 of a cell, one room", "ms", lambda o: 1e3 * p95(o.alone)),
        row("median of a cell, all rooms", "ms", lambda o: 1e3 * statistics.median(o.full)),
        row("median of a cell, one room", "ms", lambda o: 1e3 * statistics.median(o.alone)),
        row("rooms without a kernel", "", lambda o: o.shut),
        row("cells without an answer", "", lambda o: o.silent),
        row("private memory per room with its kernel", "MB", lambda o: o.memory / 1e6),
        row("start of a room and its kernel while filling", "s", lambda o: o.filling / max(1, o.rooms - 1)),
    ]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--rooms", type=int, help="how many rooms to aim at (default 150, 6 with --quick)")
    parser.add_argument("--minutes", type=float, default=15.0, help="the longest time for filling one stack")
    chosen = parser.parse_args()
    need_root()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    aim = chosen.rooms or (6 if chosen.quick else 150)
    cells = 60 if chosen.quick else 400
    outcomes = {}
    for side in [chosen.only] if chosen.only else ["stock", "ours"]:
        with ExitStack() as stack:
            guests = stack.enter_context(accounts(side[0], aim))
            outcomes[side] = asyncio.run(measure(side, guests, cells=cells, minutes=chosen.minutes))
    report("load", figures(outcomes, aim), keep=not (chosen.quick or chosen.only), versions=peer_versions())


if __name__ == "__main__":
    main()
