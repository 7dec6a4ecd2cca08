"""One run of one terminal cell."""

from __future__ import annotations

from typing import Any, Literal

from nbhotel.shell.output import Output
from nbhotel.shell.waiting import Mode

State = Literal["queued", "running", "done"]


class Job:
    """A cell that was given to the shell, and what came of it."""

    def __init__(self, id: str, cell: str, source: str, limit: int) -> None:  # noqa: A002 - its name in messages
        self.id = id
        self.cell = cell
        self.source = source
        self.state: State = "queued"
        #: The exit status; None if it was not run, or not to its end.
        self.status: int | None = None
        #: What a person should know about its end.
        self.note = ""
        self.output = Output(limit)
        self.mode = Mode()
        self.waits = False

    def model(self) -> dict[str, Any]:
        """Return all that a client must know that hasn't seen it."""
        return {**self.event("job"), "text": self.output.text}

    def event(self, kind: str) -> dict[str, Any]:
        """Return what is told when its state has changed."""
        return {
            "type": kind,
            "job": self.id,
            "cell": self.cell,
            "state": self.state,
            "status": self.status,
            "note": self.note,
            "echo": self.mode.echo,
            "lines": self.mode.lines,
            "waits": self.waits,
        }
