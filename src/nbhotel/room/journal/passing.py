"""What passes through the server between clients and kernels: requests, and replies to them.

A request says which cell it is. A reply comes even when the kernel's own telling of the run was missed: to a
kernel that has only begun, the connection on which it tells all clients may be made a moment too late.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbhotel.room.journal.listening import Ears
from nbhotel.room.journal.recorder import Recorder

if TYPE_CHECKING:
    import logging

    from jupyter_server.serverapp import ServerApp

_REQUEST, _REPLY = b'"execute_request"', b'"execute_reply"'
#: Seconds after a reply in which all is heard that the kernel has told: it comes on another connection.
_LATER = 1.0


def read_passing(app: ServerApp, ears: Ears, recorder: Recorder) -> None:
    """Let the recorder see what passes, on websockets that are opened from now on.

    The class of connections is a setting of the server, so this one is derived from whatever is set.
    """
    given = app.web_app.settings.get("kernel_websocket_connection_class")
    if given is None or not hasattr(given, "handle_incoming_message"):
        return
    log: logging.Logger = app.log

    class Read(given):  # type: ignore[misc, valid-type]
        """The server's own, with requests and replies read as they pass."""

        def handle_incoming_message(self, incoming_msg: Any) -> None:
            try:
                _read_request(recorder, incoming_msg)
            except Exception:  # the message must reach its kernel
                log.debug("nbhotel: the journal can't read a request", exc_info=True)
            super().handle_incoming_message(incoming_msg)

        def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
            try:
                reply = _read_reply(self.session, outgoing_msg)
                if reply:
                    kernel = ears.kernel(self.kernel_id)
                    app.io_loop.call_later(_LATER, recorder.replied, kernel, reply)
            except Exception:  # the message must reach its client
                log.debug("nbhotel: the journal can't read a reply", exc_info=True)
            super().handle_outgoing_message(stream, outgoing_msg)

    Read.__name__, Read.__qualname__ = given.__name__, given.__qualname__  # settings go by the name
    app.web_app.settings["kernel_websocket_connection_class"] = Read


def _read_request(recorder: Recorder, sent: str | bytes) -> None:
    """Read one message of a websocket, in either of the two protocols.

    Source: https://jupyter-server.readthedocs.io/en/stable/developers/websocket-protocols.html
    """
    if isinstance(sent, str):
        if '"execute_request"' in sent:
            message = json.loads(sent)
            if message["header"]["msg_type"] == "execute_request":
                recorder.requested(message["header"], message["metadata"], message["content"])
    elif _REQUEST in sent:
        from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1

        _, (header, _, metadata, content, *_) = deserialize_msg_from_ws_v1(sent)  # type: ignore[no-untyped-call]
        if _REQUEST in header:
            recorder.requested(json.loads(header), json.loads(metadata), json.loads(content))


def _read_reply(session: Any, sent: list[Any]) -> dict[str, Any] | None:
    """Return an `execute_reply` with its dates read; None for anything else.

    After the signature, a message has header, parent's header, metadata and content.
    """
    parts = session.feed_identities(sent)[1][1:5]
    if _REPLY not in bytes(parts[0]):
        return None
    header, parent, metadata, content = (session.unpack(part) for part in parts)
    return {"header": header, "parent_header": parent, "metadata": metadata, "content": content}
