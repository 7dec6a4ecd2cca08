"""What is being shared: each in a thread of its own, with the steps that are done, for whoever asks.

A lost connection of the browser's ends nothing: it asks again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from logging import Logger, LoggerAdapter
from math import ceil
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nbhotel.errors import NbhotelError, ShareError

if TYPE_CHECKING:
    from nbhotel.share.pieces import Suspicion

#: How many are remembered.
_MOST = 50

#: A job's work: returns what came of it, raises NbhotelError.
Work = Callable[["Job"], dict[str, Any]]


class Asking(NbhotelError):
    """Something looks like a secret, and nobody has said yet that it may leave."""

    def __init__(self, secrets: Sequence[Suspicion]) -> None:
        super().__init__("this looks like a secret")
        self.secrets = secrets


class Job:
    """One share on its way. `steps` are done, `note` says what is waited for; all of it is for people."""

    def __init__(self, subject: str) -> None:
        self.id = uuid4().hex
        self.subject = subject
        self.steps: list[str] = []
        self.note = ""
        self.result: dict[str, Any] | None = None
        self.error: NbhotelError | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is no end of it yet."""
        return self.result is None and self.error is None

    def doing(self, what: str) -> None:
        """Say what is done now; "" when it is over. See `nbhotel.share.project.Note`."""
        self.note = what

    def wait(self, seconds: float, reason: str) -> None:
        """Wait, and count down; see `nbhotel.share.hosts.host.Wait`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.note = f"{reason}: goes on in {ceil(left)} s"
            time.sleep(min(1.0, left))
        self.note = ""

    def told(self) -> dict[str, Any]:
        """Return its state as the API tells it. Raises what ended it."""
        told: dict[str, Any] = {"id": self.id, "steps": [*self.steps], "note": self.note}
        if isinstance(self.error, Asking):
            return {**told, "state": "asks", "secrets": [each._asdict() for each in self.error.secrets]}
        if self.error:
            raise self.error
        if self.result is None:
            return {**told, "state": "running"}
        return {**told, "state": "done", "result": self.result}


class Jobs:
    """All that were started. Only the server's event loop calls it."""

    def __init__(self, log: Logger | LoggerAdapter[Any]) -> None:
        self._log = log
        self._jobs: dict[str, Job] = {}

    def start(self, subject: str, work: Work) -> Job:
        """Start one; `subject` is the file or folder. Raises ShareError if that is on its way already."""
        if any(job.is_running and job.subject == subject for job in self._jobs.values()):
            raise ShareError("is being shared already", where=subject, remedy="wait for that to end")
        ended = [job.id for job in self._jobs.values() if not job.is_running]
        for old in ended[: max(0, len(self._jobs) + 1 - _MOST)]:
            del self._jobs[old]
        job = Job(subject)
        self._jobs[job.id] = job
        # A server that is told to stop does not wait for a code host.
        Thread(target=self._run, args=(job, work), name="nbhotel-share", daemon=True).start()
        return job

    def find(self, known: str) -> Job | None:
        """Return a job, or None if it isn't known any more."""
        return self._jobs.get(known)

    def _run(self, job: Job, work: Work) -> None:
        try:
            job.result = work(job)
        except NbhotelError as error:
            job.error = error
        except OSError as error:
            job.error = ShareError(f"can't be read: {error.strerror}", where=error.filename or job.subject)
        except Exception:  # noqa: BLE001 - a defect of ours: the log has all of it
            self._log.exception("nbhotel: sharing %s failed", job.subject)
            job.error = ShareError(
                "failed unexpectedly", where=job.subject, remedy="the server's log says why"
            )
