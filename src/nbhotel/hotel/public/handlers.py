"""`/hub/api/nbhotel/public/…`: how a guest's room hands over his pages, with the room's own token.

The token says whose pages they are; nobody publishes for another, not even an administrator.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.scopes import Scope
from jupyterhub.utils import url_path_join
from tornado import web

from nbhotel.hotel.public.store import NoRoom, NoSuchName, Store

#: The address below the hub's API.
PATH = "/api/nbhotel/public"
#: JupyterHub's scope for using a room: who can run code as the guest can publish as the guest.
_SCOPE = "access:servers"


def handlers(store: Store) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """Return tornado's routes, relative to the hub's prefix."""
    return [
        (f"{PATH}/?", Pages, {"store": store}),
        (f"{PATH}/(.+)", OnePage, {"store": store}),
    ]


class Publishing(APIHandler):
    """What both addresses have in common."""

    def initialize(self, store: Store) -> None:
        """Take the store of the hub."""
        self.store = store

    def guest(self) -> str:
        """Return whose token this is; HTTPError 403 if it is nobody's, or not one for using his own rooms."""
        user = self.current_user
        name = getattr(user, "name", None)
        if user is None or user.kind != "user" or not isinstance(name, str):
            raise web.HTTPError(403, "Pages are published with the token of a room.")
        granted = self.parsed_scopes.get(_SCOPE, {})
        of_rooms = granted is Scope.ALL or name in granted.get("user", ())
        if not of_rooms and not any(str(room).split("/")[0] == name for room in granted.get("server", ())):
            raise web.HTTPError(403, "This token is not one of a room of yours.")
        return name


class Pages(Publishing):
    """All of a guest's pages."""

    async def get(self) -> None:
        """Answer with their names and sizes, the limit in bytes, and the path where they are read."""
        guest = self.guest()
        try:
            pages = await asyncio.to_thread(self.store.pages, guest)
        except NoSuchName as error:
            raise web.HTTPError(400, "%s", error) from None
        path = url_path_join(self.base_url, "public", quote(guest, safe="@~"), "/")
        told = {"pages": pages, "limit": self.store.limit, "path": path}
        self.finish(json.dumps(told))


class OnePage(Publishing):
    """One page; its name is the rest of the address, escaped."""

    async def put(self, name: str) -> None:
        """Take the body as the page's content: 204, 400 for a name that can't be, 413 for too much."""
        await self._do(self.store.put, self.guest(), name, self.request.body)

    async def delete(self, name: str) -> None:
        """Withdraw it: 204, also if there was none."""
        await self._do(self.store.remove, self.guest(), name)

    async def _do(self, action: Any, *words: Any) -> None:
        try:
            await asyncio.to_thread(action, *words)
        except NoSuchName as error:
            raise web.HTTPError(400, "%s", error) from None
        except NoRoom as error:
            raise web.HTTPError(413, "%s", error) from None
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            raise web.HTTPError(409, "A page and a folder would have the same name.") from None
        self.set_status(204)
        self.finish()
