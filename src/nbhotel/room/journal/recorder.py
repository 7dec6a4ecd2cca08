"""What is heard of kernels, made into runs.

A run begins when its kernel repeats the code to all clients (`execute_input`) and ends when the kernel is
idle again. Which cell it was stands only in the request, which is seen on its way if it came through the
server; and so does whether it is a person's code at all: clients ask for `store_history=False` for their
own. If the kernel was not heard, because it had only begun, request and reply tell enough. Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from nbhotel.journal.values import Run
from nbhotel.records import NamedTuple

#: Requests that are remembered: a kernel may be busy with one, and all cells of a notebook wait for it.
_REQUESTS = 10_000
_Message = Mapping[str, Any]


class Kernel(NamedTuple):
    """A running kernel: its id, the name of its kernelspec, and its language."""

    id: str
    spec: str
    language: str


class _Request(NamedTuple):
    code: str
    cell: str
    is_kept: bool
    seen: float  # seconds since the epoch


class Recorder:
    """Turns messages into runs, each of which is handed on twice: when it begins, and when it has ended."""

    def __init__(self, keep: Callable[[Run], None], *, output_head: int = 0) -> None:
        """`keep` is called with each run; `output_head` is how many characters of its output to keep."""
        self._keep = keep
        self._output_head = output_head
        self._requests: OrderedDict[str, _Request] = OrderedDict()
        self._running: dict[str, tuple[Run, datetime | None]] = {}

    @property
    def wanted(self) -> frozenset[str]:
        """The types of messages that `heard` makes use of."""
        outputs = {"stream", "execute_result", "display_data"} if self._output_head else set()
        return frozenset({"execute_input", "error", "status"} | outputs)

    def requested(self, header: _Message, metadata: _Message, content: _Message) -> None:
        """Take note of an `execute_request` on its way to a kernel."""
        cell = metadata.get("cellId")
        is_kept = not content.get("silent") and content.get("store_history", True) is not False
        request = _Request(str(content["code"]), cell if isinstance(cell, str) else "", is_kept, time.time())
        self._requests[str(header["msg_id"])] = request
        if len(self._requests) > _REQUESTS:
            self._requests.popitem(last=False)

    def heard(self, kernel: Kernel, message: _Message) -> None:
        """Take note of a message that a kernel sent to all (on its channel IOPub)."""
        kind, content = message["header"]["msg_type"], message["content"]
        parent = str((message.get("parent_header") or {}).get("msg_id", ""))
        if kind == "execute_input":
            self._begin(kernel, parent, content, _moment(message["header"].get("date")))
        elif kind == "status" and content.get("execution_state") == "starting":
            self.gone(kernel.id)
        elif parent in self._running:
            if kind == "status":
                if content.get("execution_state") == "idle":
                    self._end(parent, message["header"].get("date"))
            else:
                self._change(parent, kind, content)

    def replied(self, kernel: Kernel, message: _Message) -> None:
        """Take note of an `execute_reply` when all must have been heard that its kernel has told before."""
        content = message["content"]
        parent = str((message.get("parent_header") or {}).get("msg_id", ""))
        failed = content.get("status") == "error"
        request = self._requests.get(parent)
        if request and (failed or content.get("status") == "ok"):
            began = _moment(message["metadata"].get("started"))
            self._begin(kernel, parent, {"code": request.code, **content}, began, request.seen)
        if parent in self._running:
            if failed:
                self._change(parent, "error", content)
            self._end(parent, message["header"].get("date"))
            # In case it is heard after all.
            self._requests[parent] = _Request("", "", is_kept=False, seen=0.0)

    def gone(self, kernel: str) -> None:
        """Take note of a kernel's end: what it was doing failed."""
        for message, (run, _) in list(self._running.items()):
            if run.kernel == kernel:
                del self._running[message]
                self._keep(run._replace(seconds=max(0.0, time.time() - run.started), failed=True))

    def _begin(
        self, kernel: Kernel, parent: str, told: _Message, date: datetime | None, seen: float | None = None
    ) -> None:
        """`told` has the code and its number, `date` is by the kernel's clock and `seen` by this one's."""
        request = self._requests.pop(parent, _Request("", "", is_kept=True, seen=0.0))
        code, number = told.get("code"), told.get("execution_count")
        if not parent or not request.is_kept or not isinstance(code, str) or not code.strip():
            return
        run = Run(
            parent,
            time.time() if seen is None else seen,
            code,
            cell=request.cell,
            kernel=kernel.id,
            spec=kernel.spec,
            language=kernel.language,
            number=number if isinstance(number, int) else None,
        )
        self._running[parent] = (run, date)
        self._keep(run)

    def _change(self, parent: str, kind: str, content: _Message) -> None:
        run, began = self._running[parent]
        if kind == "error":
            run = run._replace(failed=True)
        left = self._output_head - len(run.output)
        if left > 0:
            run = run._replace(output=run.output + _text_of(kind, content)[:left])
        self._running[parent] = (run, began)

    def _end(self, parent: str, date: object) -> None:
        run, began = self._running.pop(parent)
        ended = _moment(date)
        # By the kernel's clock if it tells the time: it need not be this machine's, and this one may be late.
        seconds = (ended - began).total_seconds() if began and ended else time.time() - run.started
        self._keep(run._replace(seconds=max(0.0, seconds), failed=bool(run.failed)))


def _moment(date: object) -> datetime | None:
    return date if isinstance(date, datetime) and date.tzinfo else None


def _text_of(kind: str, content: _Message) -> str:
    if kind == "stream":
        return str(content.get("text", ""))
    if kind == "error":
        return f"{content.get('ename', '')}: {content.get('evalue', '')}\n"
    text = (content.get("data") or {}).get("text/plain", "")
    return f"{text}\n" if text else ""
