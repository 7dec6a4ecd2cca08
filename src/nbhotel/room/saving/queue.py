"""Jobs for the worker, one after the other, off the server's event loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from logging import Logger, LoggerAdapter
from queue import SimpleQueue
from signal import SIGALRM
from threading import Thread
from typing import Any

from nbhotel.records import NamedTuple

#: Of so many files it is known how the last save went.
_REMEMBERED = 1000


class Job(NamedTuple):
    """`kind` is "save", "move" or "remove"; absolute paths of a notebook, or of a moved or removed folder."""

    kind: str
    path: str
    before: str = ""


class Outcome(NamedTuple):
    """Absolute paths of the exports that are in step; a sentence for each thing that went wrong."""

    exports: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Jobs:
    """A queue and its thread, which starts with the first job and ends with the server."""

    def __init__(self, record: str, seconds: int, log: Logger | LoggerAdapter[Any]) -> None:
        self._record = record
        self._seconds = seconds
        self._log = log
        self._waiting: SimpleQueue[tuple[Job, Future[Outcome]]] = SimpleQueue()
        self._latest: dict[str, Future[Outcome]] = {}
        self._thread: Thread | None = None

    def add(self, job: Job) -> None:
        """Have a job done; returns at once. Jobs are done in the order in which they are added."""
        future: Future[Outcome] = Future()
        self._latest.pop(job.path, None)
        self._latest[job.path] = future
        if len(self._latest) > _REMEMBERED:
            self._latest.pop(next(iter(self._latest)))
        self._waiting.put((job, future))
        if self._thread is None:
            self._thread = Thread(target=self._work, name="nbhotel-saving", daemon=True)
            self._thread.start()

    def latest(self, path: str) -> Future[Outcome] | None:
        """Return what comes, or came, of the last job for a path; None if there was none."""
        return self._latest.get(path)

    def _work(self) -> None:
        while True:
            job, future = self._waiting.get()
            newer = self._latest.get(job.path, future)
            if job.kind == "save" and newer is not future:  # saved again: that job is in the queue
                newer.add_done_callback(partial(_pass_on, future))
                continue
            outcome = self._done(job)
            for problem in outcome.problems:
                self._log.warning("nbhotel: %s", problem)
            future.set_result(outcome)

    def _done(self, job: Job) -> Outcome:
        if job.kind != "save" and not os.path.exists(self._record):
            return Outcome()  # nothing was ever exported
        try:
            answer = self._asked(job)
        except (OSError, ValueError) as error:
            return Outcome(problems=(f"{job.path}: the exports could not be started: {error}",))
        if "problem" in answer:
            return Outcome(problems=(f"{job.path}: {answer['problem']}",))
        return Outcome(tuple(answer["exports"]), tuple(answer["problems"]))

    def _asked(self, job: Job) -> Mapping[str, Any]:
        """Return the worker's answer, or the `problem` that it ended with. Raises OSError, ValueError."""
        # -P: a json.py that lies where the server was started is none of the standard library's.
        command = [sys.executable, "-P", "-m", "nbhotel.room.saving.worker"]
        orders = json.dumps({**job._asdict(), "record": self._record, "seconds": self._seconds})
        done = subprocess.run(command, input=orders, capture_output=True, text=True, check=False)
        if done.returncode == -SIGALRM:
            what = f"the exports took more than {self._seconds} s and were stopped"
            return {"problem": f"{what} (the server's setting Saving.seconds gives them more)"}
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
            return {"problem": f"the exports failed: {last}"}
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def _pass_on(to: Future[Outcome], done: Future[Outcome]) -> None:
    to.set_result(done.result())
