"""Many files: in several processes where it pays, with a count on a terminal when it takes long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from nbhotel.errors import StateError

#: Below so many bytes one process is done before others would have started (measured: see docs/chains.md).
WORTH_IT = 15_000_000
_Result = TypeVar("_Result")


def each(work: Callable[[str], _Result], paths: Sequence[str]) -> Iterator[_Result]:
    """Yield what `work` makes of each path, in order. `work` and its results must be picklable."""
    workers = _workers(paths)
    if workers < 2:
        yield from _counted(map(work, paths), len(paths))
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    with ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_us) as pool:
        size = max(1, len(paths) // (workers * 8))
        try:
            yield from _counted(pool.map(work, paths, chunksize=size), len(paths))
        except BrokenProcessPool:
            raise StateError("a process was killed, perhaps for want of memory") from None
        finally:
            pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_us() -> None:
    """In a worker: Ctrl-C reaches all processes of a terminal, and each would tell of it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _workers(paths: Sequence[str]) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(paths) < 2 * available or available < 2 or sum(map(_size, paths)) < WORTH_IT:
        return 1
    return available


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _counted(results: Iterable[_Result], total: int) -> Iterator[_Result]:
    """The same results; a terminal is told how many there were."""
    from nbhotel.cli.progress import Progress

    with Progress() as tell:
        for number, result in enumerate(results, 1):
            tell("notebooks", number, total)
            yield result
