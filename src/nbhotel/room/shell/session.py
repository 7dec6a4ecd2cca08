"""The shell of one kernel: its queue of cells, its output, and those who look on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nbhotel.errors import NbhotelError
from nbhotel.room.shell.jobs import Job
from nbhotel.room.shell.memory import Cells
from nbhotel.shell.marks import Ended, Event, Text
from nbhotel.shell.process import Shell

Listener = Callable[[dict[str, Any]], None]

#: Seconds between two messages about new output.
_TICK = 0.05
#: Reads of the terminal (of 4 kB) between them: a program that prints without end is slowed down.
_READS = 32
#: How long a shell may take to its first prompt, in seconds.
_PATIENCE = 60
#: How many runs are remembered: the last of each cell is.
_MOST_JOBS = 200


class Session:
    """Runs terminal cells one after the other. All of it happens in the server's event loop."""

    def __init__(self, start: Callable[[str], Shell], *, limit: int, active: Callable[[], None]) -> None:
        """`start` starts a shell in a folder; `limit` bounds an output; `active` is called while one runs."""
        self._start = start
        self._limit = limit
        self._active = active
        self._shell: Shell | None = None
        self._queue: deque[Job] = deque()
        self._current: Job | None = None
        self._jobs: dict[str, Job] = {}
        self._listeners: set[Listener] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._reads = 0
        self.cells = Cells()
        #: Where the next shell starts.
        self.folder = ""

    @property
    def jobs(self) -> list[Job]:
        """The last run of each cell."""
        return list({job.cell: job for job in self._jobs.values()}.values())

    def listen(self, listener: Listener) -> None:
        """Tell `listener` all that happens from now on, and first what there is."""
        self._listeners.add(listener)
        for job in self.jobs:
            listener(job.model())

    def leave(self, listener: Listener) -> None:
        """Tell it nothing more."""
        self._listeners.discard(listener)

    def run(self, name: str, cell: str, source: str, size: tuple[int, int]) -> None:
        """Put a cell into the queue; `name` is the run's, chosen by the client."""
        if name in self._jobs:
            return
        job = Job(name, cell, source, self._limit)
        self._jobs = {key: old for key, old in self._jobs.items() if old.cell != cell or old.state != "done"}
        self._jobs[name] = job
        for key in list(self._jobs)[:-_MOST_JOBS]:
            if self._jobs[key].state == "done":
                del self._jobs[key]
        self._queue.append(job)
        self._tell(job.event("state"))
        if self._shell:
            self._shell.resize(*size)
        self._next()

    def type(self, text: str) -> None:
        """Give input to the running cell."""
        if self._shell and self._current:
            self._shell.write(text)

    def interrupt(self) -> None:
        """Interrupt the running cell; what waits behind it is not run."""
        self._drop("not run: interrupted")
        if self._shell and not self._shell.ready:
            self._shell.interrupt()

    def close(self, why: str) -> None:
        """End the shell; the next cell would get a new one."""
        self._drop(f"not run: {why}")
        shell, self._shell = self._shell, None
        if self._current:
            self._finish(self._current, None, why)
        if shell:
            self._let_go(shell)

    def _let_go(self, shell: Shell) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(shell.fd)
        # Ending programs that don't want to takes its time. Whoever waits for it is the loop itself.
        loop.run_in_executor(None, shell.close)

    def _drop(self, why: str) -> None:
        while self._queue:
            self._finish(self._queue.popleft(), None, why)

    def _next(self) -> None:
        """Take the next cell out of the queue, if nothing runs; a new shell gets it at its first prompt."""
        if self._current or not self._queue:
            return
        job = self._current = self._queue.popleft()
        job.state = "running"
        self._tell(job.event("state"))
        try:
            shell = self._shell or self._started()
        except NbhotelError as error:
            self._fail(job, error)
            return
        if shell.ready:
            self._give(shell, job)
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.create_task(self._tick())

    def _give(self, shell: Shell, job: Job) -> None:
        try:
            shell.run(job.source)
        except NbhotelError as error:
            self._fail(job, error)

    def _fail(self, job: Job, error: NbhotelError) -> None:
        self._finish(job, None, str(error))
        self._next()

    def _started(self) -> Shell:
        self._shell = shell = self._start(self.folder)
        asyncio.get_running_loop().add_reader(shell.fd, self._read)
        return shell

    def _read(self) -> None:
        """Take what the shell has printed; called by the event loop."""
        shell = self._shell
        if shell is None:
            return
        was_ready = shell.ready
        for event in shell.read():
            self._handle(event)
        self._reads += 1
        if shell.ended is not None:
            self._note_end(shell)
        elif shell.ready and not was_ready and self._current:
            # The first prompt, with a cell that has waited for it.
            self._give(shell, self._current)
        elif self._reads > _READS and self._current:
            asyncio.get_running_loop().remove_reader(shell.fd)

    def _handle(self, event: Event) -> None:
        job = self._current
        if job is None:
            return
        if isinstance(event, Text):
            job.output.feed(event.text)
        elif isinstance(event, Ended):
            self._finish(job, event.status, "")
            self._next()

    def _note_end(self, shell: Shell) -> None:
        self._shell = None
        self._let_go(shell)
        if self._current:
            status = shell.ended
            ended = (
                f"with status {status}"
                if status is not None and status >= 0
                else f"by signal {-(status or 0)}"
            )
            self._finish(self._current, status, f"the shell has ended {ended}; the next cell gets a new one")
        self._next()

    def _finish(self, job: Job, status: int | None, note: str) -> None:
        self._tell_output(job)
        job.state, job.status, job.note, job.waits = "done", status, note, False
        if job is self._current:
            self._current = None
        self._tell(job.event("state"))

    async def _tick(self) -> None:
        """Tell what is new, for as long as something runs."""
        loop = asyncio.get_running_loop()
        spent = 0.0
        begin = loop.time()
        while (job := self._current) and (shell := self._shell):
            # No more than a third of the event loop's time goes into output, whatever it is.
            await asyncio.sleep(max(_TICK, 2 * spent))
            start = loop.time()
            if job is not self._current or shell is not self._shell:
                continue
            shell.check()
            self._active()
            if not self._tell_output(job):
                self._tell_mode(job, shell)
            if self._reads > _READS:
                loop.add_reader(shell.fd, self._read)
            self._reads = 0
            spent = loop.time() - start
            if shell.ended is not None:
                self._note_end(shell)
            elif not shell.greeted and loop.time() > begin + _PATIENCE:
                self.close(f"{shell.program} has not come to its prompt in {_PATIENCE} s: see its settings")

    def _tell_output(self, job: Job) -> bool:
        change = job.output.change()
        if change:
            self._tell({"type": "output", "job": job.id, "cell": job.cell, **change._asdict()})
        return change is not None

    def _tell_mode(self, job: Job, shell: Shell) -> None:
        mode, waits = shell.mode, shell.waits
        if (mode, waits) != (job.mode, job.waits):
            job.mode, job.waits = mode, waits
            self._tell(job.event("state"))

    def _tell(self, event: dict[str, Any]) -> None:
        for listener in list(self._listeners):
            with suppress(Exception):  # a page that has gone must not stop the others
                listener(event)
