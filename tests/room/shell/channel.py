"""A page that runs terminal cells of a kernel, over the real websocket."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import websocket

from tests.browser.lab import TOKEN, Lab

#: Seconds.
_PATIENCE = 20


class Page:
    """What a page knows of the terminal cells of one kernel."""

    def __init__(self, lab: Lab, kernel: str, path: str = "a.ipynb") -> None:
        address = f"{lab.url.replace('http', 'ws', 1)}/nbhotel/api/shell/kernels/{kernel}/channel"
        self.socket = websocket.create_connection(f"{address}?token={TOKEN}", timeout=_PATIENCE)
        self.path = path
        #: Each run as it was told last, and its output.
        self.runs: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}

    def start(self, source: str, cell: str = "c1") -> str:
        job = uuid.uuid4().hex
        self.send("run", job=job, cell=cell, source=source, path=self.path, columns=100)
        return job

    def run(self, source: str, cell: str = "c1") -> tuple[str, int | None]:
        """Run a cell to its end; return its output and status."""
        return self.end_of(self.start(source, cell))

    def end_of(self, job: str) -> tuple[str, int | None]:
        self.hear_until(lambda: self.runs.get(job, {}).get("state") == "done")
        return self.texts.get(job, ""), self.runs[job]["status"]

    def hear_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < deadline, (self.runs, self.texts)
            self.hear()

    def hear(self) -> dict[str, Any]:
        """Take one message."""
        heard: dict[str, Any] = json.loads(self.socket.recv())
        if heard["type"] in {"state", "job"}:
            self.runs[heard["job"]] = heard
        if heard["type"] == "job":
            self.texts[heard["job"]] = heard["text"]
        elif heard["type"] == "output":
            before = self.texts.get(heard["job"], "").encode("utf-16-le")[: 2 * heard["keep"]]
            self.texts[heard["job"]] = before.decode("utf-16-le") + heard["text"]
        return heard

    def close(self) -> None:
        self.socket.close()

    def send(self, kind: str, **content: Any) -> None:
        self.socket.send(json.dumps({"type": kind, **content}))
