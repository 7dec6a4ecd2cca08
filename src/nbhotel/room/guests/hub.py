"""What the hub knows about shares, asked with the room's own token."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientTimeout
from jupyterhub.httpclient import fetch

from nbhotel.errors import NbhotelError
from nbhotel.room.guests.rights import Grant, Rights

#: Seconds for which an answer about a visitor holds. What the owner changes in his room counts at once.
FRESH = 5.0
_PATIENCE = 20.0


class SharingError(NbhotelError):
    """The hub refused."""


class HubAway(SharingError):
    """The hub could not be asked."""


class Hub:
    """The hub's API of shares. Its methods raise SharingError."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the hub's address, the token and the room's name from the variables that JupyterHub sets."""
        self._url = f"{environment['JUPYTERHUB_API_URL'].rstrip('/')}/nbhotel/shares"
        self._token = environment["JUPYTERHUB_API_TOKEN"]
        self.owner = environment["JUPYTERHUB_USER"]
        self.server = environment.get("JUPYTERHUB_SERVER_NAME", "")
        self._known: dict[str, tuple[float, Rights]] = {}
        #: Counts what was changed: an answer that was asked for before a change holds for nothing.
        self._changes = 0

    async def rights_of(self, name: str) -> Rights:
        """Return what a person may do here. While the hub is away, what it said last holds."""
        if name == self.owner:
            return Rights(everything=True)
        known = self._known.get(name)
        if known and time.monotonic() - known[0] < FRESH:
            return known[1]
        changes = self._changes
        try:
            rights = await self._asked_for(name)
        except HubAway:
            if known:
                return known[1]
            raise
        self._known[name] = (time.monotonic() if changes == self._changes else 0.0, rights)
        return rights

    async def _asked_for(self, name: str) -> Rights:
        try:
            told = await self.ask("GET", f"/rights/{quote(name, safe='')}?server={quote(self.server)}")
        except HubAway:
            raise
        except SharingError:  # there is no such guest (any more)
            return Rights(everything=False)
        grants = tuple(Grant(str(each["path"]), str(each["level"])) for each in told["grants"])
        return Rights(bool(told["all"]), grants)

    def forget(self) -> None:
        """Ask anew about everybody: something was changed."""
        self._changes += 1
        self._known = {name: (0.0, rights) for name, (_, rights) in self._known.items()}

    async def ask(self, method: str, path: str = "", body: object = None) -> Any:
        """Send one request and return the JSON of its answer."""
        headers = {"Authorization": f"token {self._token}"}
        try:
            answer = await fetch(
                self._url + path,
                method=method,
                json=body,
                headers=headers,
                raise_for_status=False,
                timeout=ClientTimeout(total=_PATIENCE),
            )
            text = await answer.text()
        except (ClientError, OSError, TimeoutError) as error:
            raise HubAway(f"the hub gives no answer: {error}", remedy="try again in a minute") from None
        return _checked(answer.status, text)


def _checked(status: int, text: str) -> Any:
    if status < HTTPStatus.BAD_REQUEST:
        return json.loads(text) if text else None
    try:
        message = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        message = f"the hub answers {status}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise HubAway(str(message), remedy="try again in a minute")
    raise SharingError(str(message))
