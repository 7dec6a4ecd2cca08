"""Each request of a visitor passes here, before anything else looks at it."""

from __future__ import annotations

import json
import os
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jupyter_core.utils import ensure_async
from tornado.web import Finish, HTTPError
from tornado.websocket import WebSocketHandler

from nbhotel.room.api import without_drive
from nbhotel.room.guests import shown
from nbhotel.room.guests.hub import Hub, SharingError
from nbhotel.room.guests.rights import Rights, normal
from nbhotel.room.guests.rules import Need, need_of
from nbhotel.room.guests.sockets import Sockets, keep_alone

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.serverapp import ServerApp

#: The name of a document of jupyter-collaboration's: format, type, and the file's id.
#: In other ones it would be another document of the same file, and end in it.
_DOCUMENT = re.compile(r"(json:notebook|text:file):([0-9a-f-]{36})")
#: What is one part of an address to the server's routes, and more to the gate.
_WHOLE = "api/collaboration/session/"  # but for this, which is only a path: Lab encodes it so
_ENCODED = re.compile(r"%(?:2f|5c|00)", re.IGNORECASE)


class Gate:
    """Refuses what was not shared."""

    def __init__(self, hub: Hub, app: ServerApp) -> None:
        self.hub = hub
        self._app = app
        self.sockets = Sockets(self._may)

    async def let_in(self, handler: JupyterHandler, name: str) -> bool:
        """Return whether this is a visitor, and no one who may do everything. Raises HTTPError, Finish."""
        try:
            rights = await self.hub.rights_of(name)
        except SharingError as error:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None
        if rights.everything:
            return False
        need = need_of(str(handler.request.method), self._path(handler.request.path))
        if need is None or not await self._met(rights, need, handler.request.body):
            raise HTTPError(HTTPStatus.FORBIDDEN, self._refusal(rights))
        await self._follow(handler, name, need, rights)
        return True

    def _path(self, path: str) -> str:
        """Return what is below the base URL. Raises HTTPError for what routes may read in another way."""
        base = self._app.base_url
        whole = path.startswith(f"{base}{_WHOLE}")
        if not f"{path}/".startswith(base) or (_ENCODED.search(path) and not whole):
            raise HTTPError(HTTPStatus.FORBIDDEN, "no such address")
        return unquote(path[len(base) :]).strip("/")

    def _refusal(self, rights: Rights) -> str:
        what = "has not shared that with you" if rights.grants else "shares nothing with you (any more)"
        return f"{self.hub.owner} {what}."

    async def _follow(self, handler: JupyterHandler, name: str, need: Need, rights: Rights) -> None:
        """See to what the answer will hold, or to the websocket that it will be."""
        if need.kind == "nothing":
            handler.set_status(HTTPStatus.NO_CONTENT)
            raise Finish
        if isinstance(handler, WebSocketHandler):
            keep_alone(handler, name, need)
            await self.sockets.add(handler, name, need)
        sessions = await self._sessions() if need.kind == "kernels" else []
        kernels = [kernel for kernel, path in sessions if rights.may(path, "edit")]
        cut = shown.cut_of(need, rights, kernels)
        if cut:
            shown.pass_through(handler, cut)

    async def _may(self, name: str, need: Need) -> bool:
        rights = await self.hub.rights_of(name)
        return rights.everything or await self._met(rights, need, b"")

    async def _met(self, rights: Rights, need: Need, body: bytes) -> bool:
        if not rights.grants:
            return False
        if need.kind in ("path", "listing", "document", "new file"):
            return self._met_by_file(rights, need, body)
        if need.kind in ("kernel", "session", "new session", "changed session"):
            return await self._met_by_kernel(rights, need, body)
        return True

    def _met_by_file(self, rights: Rights, need: Need, body: bytes) -> bool:
        if need.kind == "listing" and self._leads(rights, need.name):
            return True
        if need.kind == "document":
            path = self._path_of_document(need.name)
            return path is not None and self._reaches(rights, path, need.level)
        if need.kind == "new file":
            source = _read(body).get("copy_from")
            if source is not None and not self._reaches(rights, str(source), "read"):
                return False
        return self._reaches(rights, need.name, need.level)

    async def _met_by_kernel(self, rights: Rights, need: Need, body: bytes) -> bool:
        if need.kind == "kernel":
            return await self._may_use(rights, need.name)
        if need.kind == "new session":
            return await self._may_have(rights, _read(body), change=False)
        if not rights.may(await self._path_of_session(need.name), "edit"):
            return False
        return need.kind == "session" or await self._may_have(rights, _read(body), change=True)

    # -- files ------------------------------------------------------------------------------------------

    def _reaches(self, rights: Rights, path: str, level: str) -> bool:
        """Whether the level is there by the path's name, and no link leads out of what was shared."""
        path = normal(without_drive(path)) or ""
        return rights.may(path, level) and any(
            self._is_below(path, grant.path)
            for grant in rights.grants
            if Rights(False, (grant,)).may(path, level)
        )

    def _leads(self, rights: Rights, path: str) -> bool:
        found = normal(path)
        return found is not None and rights.leads_to(found)

    def _is_below(self, path: str, top: str) -> bool:
        root = str(getattr(self._app.contents_manager, "root_dir", ""))
        real, above = os.path.realpath(os.path.join(root, path)), os.path.realpath(os.path.join(root, top))
        return bool(root) and (real == above or real.startswith(f"{above}{os.sep}"))

    def _path_of_document(self, name: str) -> str | None:
        found = _DOCUMENT.fullmatch(name)
        files = self._app.web_app.settings.get("file_id_manager")
        if found is None or files is None:
            return None
        path = files.get_path(found.group(2))
        if path is None or (found.group(1) == "json:notebook") != str(path).endswith(".ipynb"):
            return None
        return str(path)

    # -- kernels ----------------------------------------------------------------------------------------

    async def _sessions(self) -> list[tuple[str, str]]:
        """Return the kernel and the notebook of each session."""
        sessions = await ensure_async(self._app.session_manager.list_sessions())
        return [
            (str(each["kernel"]["id"]), without_drive(str(each["path"])))
            for each in sessions
            if each["kernel"]
        ]

    async def _may_use(self, rights: Rights, kernel: str) -> bool:
        return any(rights.may(path, "edit") for each, path in await self._sessions() if each == kernel)

    async def _path_of_session(self, session: str) -> str:
        try:
            model = await ensure_async(self._app.session_manager.get_session(session_id=session))
        except HTTPError:
            return ""
        return without_drive(str(model["path"]))

    async def _may_have(self, rights: Rights, wanted: dict[str, Any], *, change: bool) -> bool:
        """Whether a session may be as it is asked for: its notebook, and a kernel that runs already."""
        if "notebook" in wanted:  # an old form, which names the path elsewhere
            return False
        asked = wanted.get("kernel") or {}
        if not isinstance(asked, dict):
            return False
        kernel = asked.get("id")
        if kernel is not None and not await self._may_use(rights, str(kernel)):
            return False
        path = wanted.get("path")
        return change if path is None else self._reaches(rights, str(path), "edit")


def _read(body: bytes) -> dict[str, Any]:
    """Return what the server will read. Raises HTTPError: nothing may be one thing here and another there."""
    try:
        found = json.loads(body.strip().decode() or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HTTPError(HTTPStatus.BAD_REQUEST, "a JSON object was expected")
    return found
