"""What was heard, on its way into the database: gathered for a second, and written in a thread.

While the database is locked, full or gone, runs wait in memory and are tried again. When the server ends
before that, they are put by in a file, which the next room takes in. A damaged database is put aside, and
what can be read of it saved.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING

from nbhotel.errors import NbhotelError
from nbhotel.journal.care import rescue, sweep
from nbhotel.journal.store import Journal
from nbhotel.journal.trouble import Damaged
from nbhotel.journal.values import Run
from nbhotel.journal.waiting import put_by, take_in

if TYPE_CHECKING:
    import logging

    from nbhotel.room.journal.settings import Journal as Settings

#: Seconds in which runs are gathered, and after which to try again.
_GATHER, _AGAIN = 1.0, 5.0
#: Seconds to wait for a lock; at the end, somebody waits for the server to stop.
_PATIENCE, _IN_A_HURRY = 1.0, 0.5
#: Runs that wait in memory, at most; what is more is put by.
_WAITING = 2_000
#: Runs after which to see if the database has become too large.
_SWEEP = 1_000
_DAY = 86_400.0


class Writer:
    """Takes runs and writes them. `trouble` is why that can't be done at the moment, "" if it can."""

    def __init__(
        self,
        settings: Settings,
        log: logging.Logger,
        paths: Callable[[], Awaitable[dict[str, str]]],
    ) -> None:
        """`paths` finds the notebook of each kernel, by the kernel's id."""
        self._settings = settings
        self._log = log
        self._find_paths = paths
        self._paths: dict[str, str] = {}
        self._asked_for: set[str] = set()
        self._waiting: dict[str, Run] = {}
        #: What is just being written.
        self._batch: dict[str, Run] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()
        self._writing = threading.Lock()
        self._left_out: set[str] = set()
        self._unswept = _SWEEP  # so that the first write sweeps
        self.trouble = ""
        atexit.register(self.close)

    @property
    def waiting(self) -> int:
        """How many runs are not written yet."""
        return len(self._batch | self._waiting)

    def keep(self, run: Run) -> None:
        """Write a run soon; the same one, later, takes its place. Call it in the event loop."""
        self._waiting[run.message] = run
        if run.kernel not in self._asked_for:  # before the notebook and its kernel may be gone
            self._asked_for.add(run.kernel)
            self._do(self._refresh())
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_GATHER, self._start)

    async def flush(self) -> None:
        """Write what waits. It never raises: what went wrong is `trouble`."""
        async with self._lock:
            await self._refresh()
            self._batch, self._waiting = self._waiting, {}
            if not self._batch:
                return
            try:
                await asyncio.to_thread(self._write, list(self._batch.values()), _PATIENCE)
                self._batch = {}
                self._say("")
            except NbhotelError as error:
                self._waiting, self._batch = self._batch | self._waiting, {}
                self._say(str(error))
                await self._put_by_too_many()
                self._again()
            except Exception:  # noqa: BLE001 - the next ones are to be kept
                self._log.exception("nbhotel: the journal lost %d runs", len(self._batch))
                self._batch = {}

    def close(self) -> None:
        """Write what waits, or put it by: the server ends, and its event loop may be gone."""
        atexit.unregister(self.close)
        runs = list((self._batch | self._waiting).values())
        self._batch, self._waiting = {}, {}
        if not runs:
            return
        try:
            self._write(runs, _IN_A_HURRY)
        except NbhotelError:
            self._put_by(runs)

    def _finished(self, runs: Iterable[Run]) -> list[Run]:
        """Return runs with their notebooks' paths, and without secrets: that takes a while."""
        hidden = self._settings.hidden
        return [
            run._replace(
                code=hidden(run.code), output=hidden(run.output), notebook=self._paths.get(run.kernel, "")
            )
            for run in runs
        ]

    def _write(self, runs: list[Run], patience: float) -> None:
        runs = self._finished(runs)
        with self._writing:
            try:
                self._write_into(runs, patience)
            except Damaged as error:
                self._log.error("nbhotel: %s", error)
                rescued = rescue(self._settings.file)
                self._log.warning("nbhotel: the journal was mended, %d runs were saved", rescued.runs)
                self._write_into(runs, patience)

    def _write_into(self, runs: list[Run], patience: float) -> None:
        with Journal(self._settings.file, patience=patience) as journal:
            take_in(journal)
            left_out = journal.write([run for run in runs if run.message not in self._left_out])
            self._left_out -= {run.message for run in runs}
            # Their ends are left out too, even if the journal is switched on by then.
            self._left_out |= {run.message for run in left_out if run.seconds is None}
            self._unswept += len(runs)
            if self._unswept > _SWEEP and patience > _IN_A_HURRY:
                age = self._settings.max_days * _DAY or float("inf")
                sweep(journal, size=self._settings.max_megabytes * 1e6, age=age)
                self._unswept = 0

    async def _put_by_too_many(self) -> None:
        """Keep memory small when the database can't be written for long."""
        if len(self._waiting) > _WAITING:
            batch, self._waiting = self._waiting, {}
            await asyncio.to_thread(self._put_by, list(batch.values()))

    def _put_by(self, runs: list[Run]) -> None:
        try:
            put_by(self._settings.file, self._finished(runs))
        except NbhotelError as error:
            self._log.error("nbhotel: the journal lost %d runs: %s", len(runs), error)

    def _start(self) -> None:
        self._timer = None
        self._do(self.flush())

    def _again(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = asyncio.get_running_loop().call_later(_AGAIN, self._start)

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # asyncio itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)

    async def _refresh(self) -> None:
        try:
            self._paths |= await self._find_paths()
        except Exception:  # noqa: BLE001 - a session manager may be of any make; runs are kept without a path
            self._log.debug("nbhotel: the journal can't ask for sessions", exc_info=True)

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            self._log.warning("nbhotel: the journal waits: %s", trouble)
        self.trouble = trouble
