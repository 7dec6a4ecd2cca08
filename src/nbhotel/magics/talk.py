"""How a kernel and a front end talk about files: the front end asks, the kernel answers.

A magic can't wait for messages that come to the shell that it blocks. So it only calls (a comm `CALL`, with a
ticket and what is wanted), and the front end opens a comm of its own (`TARGET`, with the ticket): JupyterLab
sends what belongs to that to a subshell (JEP 91), which runs beside. Commands of the front end open the same
comm without a ticket. Each request has an `id`, its answer the same (0: that of opening the comm); all can
be repeated after a lost connection. Bytes travel as binary buffers, one piece at a time.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nbhotel.errors import NbhotelError, TransferError
from nbhotel.share.transfer.landing import told

if TYPE_CHECKING:
    from comm.base_comm import BaseComm

TARGET = "nbhotel.transfer"
CALL = "nbhotel.transfer.call"
#: Seconds in which a front end that knows us answers a call.
_ANSWERS = 15.0

Data = dict[str, Any]
Answer = tuple[Data, list[bytes]]
#: What answers a request: its data and buffers in, those of the answer out. Raises NbhotelError, OSError.
Handler = Callable[[Data, Sequence[memoryview]], Answer]


class Errand:
    """What a magic wants of the front end, until it is done."""

    def __init__(self, handlers: dict[str, Handler]) -> None:
        """`handlers` by the `type` of a request."""
        self.handlers = handlers
        self.ticket = uuid.uuid4().hex
        self.is_heard = threading.Event()
        self.is_over = threading.Event()
        self.outcome: Data = {}
        self.comm: BaseComm | None = None

    def begin(self, comm: BaseComm) -> None:
        """Talk by this comm."""
        self.comm = comm
        comm.on_msg(lambda message: self._asked(comm, message))
        comm.on_close(lambda _message: self.is_over.set())
        comm.send({"id": 0})
        self.is_heard.set()

    def _asked(self, comm: BaseComm, message: Data) -> None:
        data = message["content"]["data"]
        if data["type"] == "end":
            self.outcome = data
            self.is_over.set()
            return
        try:
            answer, buffers = self.handlers[data["type"]](data, message.get("buffers", []))
        except NbhotelError as error:
            answer, buffers = {"error": str(error), "kind": type(error).__name__}, []
        except OSError as error:
            answer, buffers = {"error": str(told(error, str(error.filename or "")))}, []
        comm.send({**answer, "id": data["id"]}, buffers=buffers)


#: Calls that no front end has answered yet, by their tickets.
waiting: dict[str, Errand] = {}


def call(errand: Errand, wanted: Data) -> None:
    """Ask the front end for something and wait until it is done. Raises TransferError.

    A kernel without subshells (ipykernel before 7) can't wait: there it goes on behind the cell.
    """
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        raise TransferError(
            "this IPython has no browser",
            remedy="outside of notebooks there are `nbhotel put` and `nbhotel get`",
        )
    from comm import create_comm

    waiting[errand.ticket] = errand
    create_comm(target_name=CALL, data={**wanted, "ticket": errand.ticket}).close()
    if "kernel subshells" not in kernel.kernel_info.get("supported_features", []):
        print(f"%{wanted['verb']} goes on behind this cell: only ipykernel 7 or newer can wait for it")  # noqa: T201
        return
    try:
        _wait(errand, wanted["verb"])
    except KeyboardInterrupt:
        if errand.comm is not None:
            errand.comm.send({"cancelled": True})
        raise
    finally:
        waiting.pop(errand.ticket, None)


def _wait(errand: Errand, verb: str) -> None:
    if not errand.is_heard.wait(_ANSWERS):
        raise TransferError(
            "no browser with nbhotel's extension answered",
            where=f"%{verb}",
            remedy="it needs JupyterLab or Notebook 7 with nbhotel; elsewhere, `nbhotel put` and `get`",
        )
    errand.is_over.wait()
    if not errand.outcome:
        raise TransferError(
            "the browser went away", where=f"%{verb}", remedy="run it again: it goes on from there"
        )
    if errand.outcome.get("error"):
        raise TransferError(str(errand.outcome["error"]), where=f"%{verb}")
