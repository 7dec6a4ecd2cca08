"""Requests to one server, over one connection that is opened again when it breaks."""

from __future__ import annotations

import http.client
import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

from nbhotel.errors import TransferError
from nbhotel.records import NamedTuple
from nbhotel.share.transfer.address import Address

#: Seconds without a byte after which a connection counts as lost.
_SILENCE = 60.0
#: Bytes that are handed to the network at a time.
_BLOCK = 1 << 18
#: What a proxy says when the server behind it can't be reached; a hub, when it is not running.
_AWAY = {424, 502, 503, 504}


class Lost(TransferError):
    """The connection is gone, or was never there; another attempt may succeed."""


class Refused(TransferError):
    """The server answered, but no."""

    def __init__(self, status: int, what: str, *, where: str, remedy: str = "") -> None:
        """`status` is HTTP's."""
        super().__init__(what, where=where, remedy=remedy)
        self.status = status


class Proxy(NamedTuple):
    """An HTTP proxy that stands between."""

    host: str
    port: int


class Server:
    """One Jupyter Server: where its own paths begin, and the token for it."""

    def __init__(self, address: Address, token: str, proxy: Proxy | None = None) -> None:
        """Nothing is sent yet. `address.path` is not looked at; see `base`."""
        self._address = address
        self._proxy = proxy
        self._headers = {"Authorization": f"token {token}"} if token else {}
        self._connection: http.client.HTTPConnection | None = None
        #: The path of the server's root, such as "user/me/": with a slash at its end, or empty.
        self.base = ""

    @property
    def origin(self) -> str:
        """What to call the server in messages."""
        return self._address.origin

    def shown(self, path: str) -> str:
        """Return what to call a file of the server in messages."""
        return f"{self.origin}/{quote(self.base + path)}"

    def send(
        self,
        method: str,
        path: str,
        query: str = "",
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        silence: float = _SILENCE,
    ) -> http.client.HTTPResponse:
        """Send a request and return the answer, whatever its status, unread. Raises Lost.

        `path` is not quoted yet, and relative to `base`. The connection counts as lost after so many seconds
        of `silence`.
        """
        target = "/" + quote(self.base + path) + (f"?{query}" if query else "")
        if self._proxy and self._address.scheme == "http":
            target = self.origin + target
        for attempt in range(2):
            fresh = self._connection is None
            connection = self._connected(silence)
            try:
                # Sent in blocks: the time limit then holds for each of them, not for the whole.
                sized = {"Content-Length": str(len(body))} if body is not None else {}
                content = None if body is None else BytesIO(body)
                connection.request(method, target, content, {**self._headers, **(headers or {}), **sized})
                return connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                # A server may close an idle connection, which shows only when the next request is sent.
                idle = isinstance(
                    error, (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)
                )
                if fresh or attempt or not idle or method not in {"GET", "HEAD"}:
                    raise self._lost(error) from error
        raise AssertionError  # the second attempt returns or raises

    def ask(
        self, method: str, path: str, query: str = "", *, content: object = None, silence: float = _SILENCE
    ) -> Any:
        """Send a request with JSON or nothing and return the JSON of the answer. Raises Lost, Refused."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        response = self.send(method, path, query, body=body, headers=headers, silence=silence)
        return self.answer(response, path)

    def answer(self, response: http.client.HTTPResponse, path: str) -> Any:
        """Return the JSON of an answer. Raises Lost, Refused."""
        text = self.read(response)
        if response.status >= 300:
            raise self.refused(response, text, path)
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise Refused(response.status, "answered with no JSON", where=self.shown(path)) from None

    def read(self, response: http.client.HTTPResponse, length: int | None = None) -> bytes:
        """Return an answer's next bytes, or all. Raises Lost."""
        try:
            return response.read(length) if length else response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._lost(error) from error

    def refused(self, response: http.client.HTTPResponse, text: bytes, path: str) -> TransferError:
        """Return what to tell about an answer that is no success: Refused, or Lost if a proxy gave it."""
        try:
            said = json.loads(text)
            message = str(said.get("message") or said.get("reason") or response.reason)
        except (ValueError, AttributeError):
            message = response.reason
        what = f"the server says {response.status}: {message}"
        if response.status in _AWAY:
            return Lost(what, where=self.origin, remedy="is it running?")
        remedy = "the server's disk is full" if "No space left" in message else ""
        return Refused(response.status, what, where=self.shown(path), remedy=remedy)

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connected(self, silence: float) -> http.client.HTTPConnection:
        if self._connection is None:
            at = self._address
            host, port = self._proxy or (at.host, at.port)
            if at.scheme == "https":
                self._connection = http.client.HTTPSConnection(host, port, timeout=_SILENCE, blocksize=_BLOCK)
                if self._proxy:
                    self._connection.set_tunnel(at.host, at.port)
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=_SILENCE, blocksize=_BLOCK)
        self._connection.timeout = silence
        if self._connection.sock:
            self._connection.sock.settimeout(silence)
        return self._connection

    def _lost(self, error: Exception) -> TransferError:
        if type(error).__name__ == "SSLCertVerificationError":
            return TransferError(
                f"its certificate is not trusted: {getattr(error, 'verify_message', '')}",
                where=self.origin,
                remedy="SSL_CERT_FILE names the file of an authority of your own",
            )
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Lost(
            f"the connection failed: {reason}", where=self.origin, remedy="try again: it goes on from there"
        )
