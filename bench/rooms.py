"""P5: a room ready through the hub's API. P6: memory per idle room. P9: the start to a login page.

Both stacks run at the same time, each with its own guests, and are asked in turn.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from contextlib import AsyncExitStack, ExitStack

import psutil

from _hub import HubClient
from _machine import Account, Memory, accounts, memory_of, need_root, room_pids
from _stacks import Ours, Stack, Stock, peer_versions
from _table import Figure, Goal, options, report

KINDS: dict[str, type[Stack]] = {"stock": Stock, "ours": Ours}
#: Idle means: this long without a request, so that what a room does after its start is over.
SETTLE = 20.0


def start_times(sides: list[str], guests: dict[str, list[Account]], rounds: int) -> dict[str, list[float]]:
    """P9: seconds from the process's start to the login page, on a fresh state each time, in turn."""
    took: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(rounds + 1):
        for side in sides:
            began = time.perf_counter()
            with KINDS[side]([account.name for account in guests[side]]):
                seconds = time.perf_counter() - began
            _say(f"up {side}: {seconds:.2f} s")
            if number:  # the first one fills the page cache
                took[side].append(seconds)
    return took


class Room:
    """Times of one room, start by start."""

    def __init__(self) -> None:
        self.ready: list[float] = []
        self.answers: list[float] = []


async def room_times(
    clients: dict[str, HubClient], guests: dict[str, list[Account]], rounds: int
) -> dict[str, Room]:
    """P5: start and stop one guest's room, in turn; the first round is not counted."""
    took = {side: Room() for side in clients}
    for number in range(rounds + 1):
        for side, client in clients.items():
            user = guests[side][0].name
            began = time.perf_counter()
            ready = await client.start_room(user)
            answer = await client.room(user, "GET", "/api/status")
            answers = time.perf_counter() - began
            if answer.code != 200:
                raise RuntimeError(f"{side}: the room of {user} is ready, but answers {answer.code}")
            _say(f"room {side}: ready {ready:.3f} s, answers {answers:.3f} s")
            if number:
                took[side].ready.append(ready)
                took[side].answers.append(answers)
            await client.stop_room(user)
            await asyncio.sleep(1.0)
    return took


async def room_memory(
    clients: dict[str, HubClient], guests: dict[str, list[Account]], shared: set[int], settle: float
) -> dict[str, list[Memory]]:
    """P6: start every guest's room, let them rest, and read their processes' memory."""
    for side, client in clients.items():
        for account in guests[side]:
            await client.start_room(account.name)
        _say(f"{side}: {len(guests[side])} rooms run")
    await asyncio.sleep(settle)
    return {side: [memory_of(room_pids(account.uid, shared)) for account in guests[side]] for side in clients}


def base_memory(stack: Stack, shared: set[int]) -> Memory:
    """Memory of what serves all rooms: hub, proxy and, with us, zygote and supervisor."""
    return memory_of({process.pid for process in stack.processes()} & shared)


async def measure(
    sides: list[str], guests: dict[str, list[Account]], *, rounds: int, settle: float
) -> list[Figure]:
    """Run P5 and P6 in one life of both stacks."""
    async with AsyncExitStack() as stack:
        hotels = {side: stack.enter_context(KINDS[side]([a.name for a in guests[side]])) for side in sides}
        clients = {side: HubClient(hotel.url, hotel.token) for side, hotel in hotels.items()}
        for side, client in clients.items():
            stack.callback(client.close)
            for account in guests[side]:
                await client.add_user(account.name)
        times = await room_times(clients, guests, rounds)
        shared = set(psutil.pids())  # no room runs now
        rooms = await room_memory(clients, guests, shared, settle)
        base = {side: base_memory(hotel, shared) for side, hotel in hotels.items()}
        return _time_figures(times) + _memory_figures(rooms, base)


def _time_figures(times: dict[str, Room]) -> list[Figure]:
    goal = Goal("≤ 0.1x, ≤ 0.25 s", at_most=0.25, ratio_at_most=0.1)
    count = max(len(room.ready) for room in times.values())
    ready = {side: statistics.median(room.ready) for side, room in times.items()}
    worst = {side: max(room.ready) for side, room in times.items()}
    answers = {side: statistics.median(room.answers) for side, room in times.items()}
    return [
        Figure.of("P5", "room ready through the hub's API, median", "s", ready, samples=count, goal=goal),
        Figure.of("P5", "room ready through the hub's API, worst", "s", worst, samples=count),
        Figure.of("P5", "room's first answer at its address, median", "s", answers, samples=count),
    ]


def _memory_figures(rooms: dict[str, list[Memory]], base: dict[str, Memory]) -> list[Figure]:
    goal = Goal("≤ 28 MB, ≤ 0.3x", at_most=28, ratio_at_most=0.3)
    count = max(len(each) for each in rooms.values())
    private = {side: statistics.mean(room.private for room in each) / 1e6 for side, each in rooms.items()}
    pss = {side: statistics.mean(room.pss for room in each) / 1e6 for side, each in rooms.items()}
    shared = {side: memory.pss / 1e6 for side, memory in base.items()}
    return [
        Figure.of(
            "P6", f"private memory per idle room, {count} rooms", "MB", private, samples=count, goal=goal
        ),
        Figure.of("P6", f"PSS per idle room, {count} rooms", "MB", pss, samples=count),
        Figure.of("P6", "PSS of what serves all rooms", "MB", shared),
    ]


def _start_figure(took: dict[str, list[float]]) -> Figure:
    medians = {side: statistics.median(each) for side, each in took.items()}
    count = max(len(each) for each in took.values())
    goal = Goal("≤ 5 s", at_most=5)
    return Figure.of("P9", "start to the login page, median", "s", medians, samples=count, goal=goal)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    need_root()
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    rooms, rounds, ups, settle = (3, 2, 1, 5.0) if chosen.quick else (20, 10, 5, SETTLE)
    with ExitStack() as stack:
        guests = {side: stack.enter_context(accounts(side[0], rooms)) for side in sides}
        figures = asyncio.run(measure(sides, guests, rounds=rounds, settle=settle))
        ready = start_times(sides, guests, ups)
    figures.append(_start_figure(ready))
    report(
        "rooms",
        figures,
        keep=not (chosen.quick or chosen.only),
        versions={} if chosen.only == "ours" else peer_versions(),
    )


if __name__ == "__main__":
    main()
