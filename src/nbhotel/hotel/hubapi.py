"""The hub's REST API over its unix socket, for the command line: plain, synchronous, the standard library."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from nbhotel.errors import HotelError
from nbhotel.hotel.auth.hubfolder import open_folder
from nbhotel.hotel.layout import Layout
from nbhotel.unixhttp import UnixConnection

#: How long an answer is waited for, in seconds: stopping a room may take most of it.
PATIENCE = 60.0
_PAGE = 100


class HubAway(HotelError):
    """Nobody answers on the hub's socket."""


class HubApi:
    """Asks the hub with the rights of its token. Every method raises HubAway or HotelError."""

    def __init__(self, path: Path, token: str, *, timeout: float = PATIENCE) -> None:
        """`path` is the hub's socket; `timeout` is in seconds."""
        self._path = path
        self._token = token
        self._timeout = timeout

    @classmethod
    def of(cls, layout: Layout, *, timeout: float = PATIENCE) -> Self:
        """Return the API of a hotel's hub, with the command line's token.

        Raises HubAway if the hotel was never started, StateError if it is somebody else's.
        """
        if not layout.hub_socket.exists():
            raise HubAway("the hub is not running", where=str(layout.state), remedy="nbhotel up")
        with open_folder(layout.hub_dir) as folder:
            token = folder.read(layout.admin_token_file.name)
        if token is None:
            raise HubAway(
                "the hub has no token for us", where=str(layout.admin_token_file), remedy="nbhotel up"
            )
        return cls(layout.hub_socket, token.decode().strip(), timeout=timeout)

    def get(self, path: str) -> Any:
        """Return the JSON at a path below `/hub/api`, such as `/users?limit=1`."""
        return self._ask("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        """Post JSON and return the JSON of the answer, None if there is none."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        """Delete, and return the JSON of the answer, None if there is none."""
        return self._ask("DELETE", path)

    def users(self) -> Iterator[dict[str, Any]]:
        """Yield JupyterHub's model of each user, with those of their servers."""
        offset = 0
        while page := self.get(f"/users?limit={_PAGE}&offset={offset}"):
            yield from page
            offset += len(page)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"token {self._token}"}
        data = None if body is None else json.dumps(body)
        connection = UnixConnection(self._path, self._timeout)
        try:
            connection.request(method, f"/hub/api{path}", data, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            remedy = "see `nbhotel status`"
            raise HubAway(
                f"the hub gives no answer: {error}", where=str(self._path), remedy=remedy
            ) from error
        finally:
            connection.close()
        return _checked(method, path, response.status, content)


def _checked(method: str, path: str, status: int, content: bytes) -> Any:
    try:
        document = json.loads(content) if content else None
    except ValueError:
        document = None
    if status >= http.client.BAD_REQUEST:
        message = document.get("message") if isinstance(document, dict) else None
        raise HotelError(f"the hub said {status} to {method} {path}: {message or 'no reason given'}")
    return document
