"""Pages to the hub that serves them: its API `/nbhotel/public`, with the token of the room."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from nbhotel.errors import NbhotelError
from nbhotel.records import NamedTuple
from nbhotel.unixhttp import UnixConnection

#: Seconds without an answer: the hub writes a file, no more.
_PATIENCE = 60.0
_NO_PAGES = "this hotel publishes no pages"


class PublishError(NbhotelError):
    """Pages could not be handed to the hub; `where` never holds a token."""


class Published(NamedTuple):
    """What is to be read now: names and bytes of the pages, and the path where they are."""

    path: str
    pages: Mapping[str, int]


class Hub:
    """The hub's API as a room knows it. Its methods raise PublishError."""

    def __init__(self, url: str, token: str) -> None:
        """`url` is $JUPYTERHUB_API_URL: http, https, or http+unix with the socket's path as its host."""
        self._parts = urlsplit(url)
        self._token = token

    def published(self) -> Published:
        """Ask what is there."""
        told = self._ask("GET", "")
        return Published(str(told["path"]), dict(told["pages"]))

    def put(self, name: str, content: bytes) -> None:
        """Publish a page, in place of the one of this name."""
        self._ask("PUT", name, content)

    def remove(self, name: str) -> None:
        """Withdraw a page."""
        self._ask("DELETE", name)

    def _ask(self, method: str, name: str, body: bytes | None = None) -> Any:
        path = f"{self._parts.path}/nbhotel/public" + (f"/{quote(name)}" if name else "")
        headers = {"Authorization": f"token {self._token}", "Content-Type": "text/html"}
        try:
            connection = self._connection()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise PublishError(
                f"the hub gives no answer: {error}", where=name, remedy="try again in a minute"
            ) from None
        return _checked(name, answer.status, content)

    def _connection(self) -> http.client.HTTPConnection:
        scheme, host = self._parts.scheme, self._parts.netloc
        if scheme == "http+unix":
            return UnixConnection(unquote(host), _PATIENCE)
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        return kind(host, timeout=_PATIENCE)


def replace_all(hub: Hub, pages: Iterable[tuple[str, bytes]]) -> Published:
    """Make the pages what is published: put them, then withdraw all others.

    Raises PublishError; it says how many pages had been put by then, and nothing is withdrawn.
    """
    before, done = hub.published(), set[str]()
    for name, content in pages:
        try:
            hub.put(name, content)
        except PublishError as error:
            count = f"{len(done)} page{'s' if len(done) != 1 else ''}"
            what = f"{error.what}; {count} before it published, the others are as they were"
            raise PublishError(what, where=error.where, remedy=error.remedy) from None
        done.add(name)
    for name in sorted(set(before.pages) - done):
        hub.remove(name)
    return hub.published()


def _checked(name: str, status: int, content: bytes) -> Any:
    if status < http.client.BAD_REQUEST:
        return json.loads(content) if content else None
    try:
        message = json.loads(content)["message"]
    except (ValueError, KeyError, TypeError):
        message = None
    if status == http.client.NOT_FOUND:
        raise PublishError(_NO_PAGES, remedy="its administrator can set `public` in hotel.toml")
    raise PublishError(f"the hub does not take it: {message or status}", where=name)
