"""The recorder's ears at each kernel of the server.

Kernels are heard on a connection of our own to their channel IOPub, on which they tell all clients what they
do. So nothing is missed that another client sends, and no kernel waits for us.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.session import Session

from nbhotel.room.journal.recorder import Kernel, Recorder

if TYPE_CHECKING:
    import logging

    from jupyter_server.serverapp import ServerApp

#: Where a message's parts are, after the ids of those to whom it was sent: signature, header, parent, ….
_HEADER, _PARENT = 1, 2
_REQUEST = b'"execute_request"'
_STARTING = b"{}"
#: Milliseconds between two tries to reach a kernel; ZeroMQ's default is 100.
_RECONNECT = 5


class Ears:
    """Listens to all kernels of a server, those that run already and those to come."""

    def __init__(self, app: ServerApp, recorder: Recorder) -> None:
        """Begin to listen; `recorder` is told what is heard."""
        self._kernels = app.kernel_manager
        self._log: logging.Logger = app.log
        self._recorder = recorder
        self._wanted = [f'"{kind}"'.encode() for kind in sorted(recorder.wanted)]
        self._streams: dict[str, Any] = {}
        self._known: dict[str, Kernel] = {}
        for kernel_id in self._kernels.list_kernel_ids():
            self.listen(kernel_id)
        self._follow("start_watching_activity", after=self.listen)
        self._follow("stop_watching_activity", after=self.leave)

    def listen(self, kernel_id: str) -> None:
        """Listen to a kernel."""
        self.leave(kernel_id)
        try:
            manager = self._kernels.get_kernel(kernel_id)
            kernel = Kernel(kernel_id, manager.kernel_name, _language(manager))
            session = Session(config=manager.session.config, key=manager.session.key, digest_history_size=0)
            stream: Any = manager.connect_iopub()
            _hurry(stream.socket)
        except Exception:  # noqa: BLE001 - kernels may be of any make
            self._log.exception("nbhotel: the journal can't listen to the kernel %s", kernel_id)
            return
        stream.on_recv(lambda parts: self._receive(kernel, session, parts))
        self._streams[kernel_id] = stream
        self._known[kernel_id] = kernel

    def leave(self, kernel_id: str) -> None:
        """Listen to a kernel no more."""
        stream = self._streams.pop(kernel_id, None)
        if stream is None:
            return
        if not stream.closed():
            with suppress(Exception):  # what was said last is a bonus
                stream.flush()
            stream.close()
        self._recorder.gone(kernel_id)

    def kernel(self, kernel_id: str) -> Kernel:
        """Return what is known of a kernel, also of one that has ended."""
        return self._known.get(kernel_id) or Kernel(kernel_id, "", "")

    def _receive(self, kernel: Kernel, session: Session, message: list[Any]) -> None:
        """Most messages are outputs, which may be large: they are not even parsed."""
        try:
            parts: list[Any] = session.feed_identities(message)[1]
            asked_for = _REQUEST in parts[_PARENT] or parts[_PARENT] == _STARTING
            if asked_for and any(kind in parts[_HEADER] for kind in self._wanted):
                self._recorder.heard(kernel, session.deserialize(parts))
        except Exception:  # noqa: BLE001 - whatever a kernel says, the server goes on
            self._log.debug("nbhotel: the journal can't read a message of %s", kernel.id, exc_info=True)

    def _follow(self, name: str, *, after: Callable[[str], None]) -> None:
        """Call `after` whenever the kernel manager has called its own method.

        These two are called wherever a kernel starts, restarts at other ports, and ends.
        """
        original = getattr(self._kernels, name, None)
        if original is None:  # kernels of a gateway: nothing of them can be heard here
            return

        def followed(kernel_id: str) -> None:
            original(kernel_id)
            after(kernel_id)

        setattr(self._kernels, name, followed)


def _hurry(socket: Any) -> None:
    """Try more often to reach a kernel that is only starting: its first cell may run at once."""
    address = socket.get(zmq.LAST_ENDPOINT)
    socket.disconnect(address)
    socket.set(zmq.RECONNECT_IVL, _RECONNECT)
    socket.connect(address)


def _language(manager: Any) -> str:
    spec = getattr(manager, "kernel_spec", None)
    return str(getattr(spec, "language", "") or "")
