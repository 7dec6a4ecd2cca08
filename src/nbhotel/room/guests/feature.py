"""`nbhotel/api/guests…`: what the owner shares, what is shared with him, and with whom he can share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.room.api import Endpoint, add_routes, refused, without_drive
from nbhotel.room.guests.hub import SharingError
from nbhotel.room.guests.rights import Rights

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from nbhotel.room.guests.gate import Gate

_RENAMES = "https://events.jupyter.org/jupyter_server/contents_service/v1"
_TOGETHER = "jupyter_server_ydoc"


def start(app: ServerApp) -> bool:
    """Add the endpoints, in a room of a hotel whose guests may share."""
    gate: Gate | None = getattr(app.identity_provider, "gate", None)
    if gate is None:
        return False
    app.web_app.settings["nbhotel_gate"] = gate
    add_routes(
        app,
        [(r"guests", Guests), (r"guests/me", Me), (r"guests/people", People), (r"guests/([0-9]+)", OneShare)],
    )

    async def changed(logger: object, schema_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001 - by name
        if data["action"] == "rename":
            await _follow(gate, app, str(data["source_path"]), str(data["path"]))
        elif data["action"] == "delete":
            await _follow(gate, app, str(data["path"]), "")

    if app.event_logger is not None:
        app.event_logger.add_listener(schema_id=_RENAMES, listener=changed)
    return True


async def _follow(gate: Gate, app: ServerApp, old: str, new: str) -> None:
    """Let what was shared be shared under its new name, too; what has none any more is no longer shared."""
    moved = {"server": gate.hub.server, "old": old, "new": new}
    try:
        await gate.hub.ask("POST", "/moved", moved)
    except SharingError as error:
        app.log.warning(
            "nbhotel: what was shared of %s did not follow to %s: %s", old, new or "nowhere", error
        )
    await _changed(gate)


class _Sharing(Endpoint):
    """What the endpoints share."""

    @property
    def gate(self) -> Gate:
        """The room's gate."""
        gate: Gate = self.settings["nbhotel_gate"]
        return gate

    async def ask(self, method: str, path: str = "", body: object = None) -> Any:
        """Ask the hub. Raises HTTPError with what it says."""
        try:
            return await self.gate.hub.ask(method, path, body)
        except SharingError as error:
            raise refused(error) from None


class Guests(_Sharing):
    """What is shared, both ways."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell it; of what was given, what is in this room."""
        told = await self.ask("GET")
        given = [each for each in told["given"] if each["server"] == self.gate.hub.server]
        self.answer({"given": given, "taken": told["taken"], "together": self._together})

    @authenticated
    @authorized
    async def post(self) -> None:
        """Share a file or folder, or change the level."""
        body = self.body()
        path = without_drive(str(body.get("path", "")))
        if body.get("level") == "edit" and not self._together:
            raise HTTPError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "nobody can write together here: the hotel's administrator can set rooms.together = true",
            )
        if not await self._exists(path):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is not there (any more)")
        wanted = {name: body.get(name) for name in ("level", "user", "group")}
        made = await self.ask("POST", "", {**wanted, "path": path, "server": self.gate.hub.server})
        await _changed(self.gate)
        self.set_status(HTTPStatus.CREATED)
        self.answer(made)

    async def _exists(self, path: str) -> bool:
        manager: Any = self.contents_manager
        return bool(
            await ensure_async(manager.file_exists(path)) or await ensure_async(manager.dir_exists(path))
        )

    @property
    def _together(self) -> bool:
        return _TOGETHER in self.serverapp.extension_manager.extension_apps  # type: ignore[union-attr]


class OneShare(_Sharing):
    """One share."""

    @authenticated
    @authorized
    async def delete(self, number: str) -> None:
        """Withdraw it; who was let in by it is out at once. Or leave what somebody else shared."""
        await self.ask("DELETE", f"/{number}")
        await _changed(self.gate)
        self.set_status(HTTPStatus.NO_CONTENT)


class People(_Sharing):
    """With whom one can share."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell the names of guests and groups."""
        self.answer(await self.ask("GET", "/people"))


class Me(_Sharing):
    """Who asks, and what he may do here: the page of a visitor wants to know."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell it, for one path if one is named."""
        hub = self.gate.hub
        name = self.current_user.username
        try:
            rights = (
                await hub.rights_of(name) if getattr(self, "is_visitor", False) else Rights(everything=True)
            )
        except SharingError as error:
            raise refused(error) from None
        path = self.get_argument("path", "")
        told = {"visitor": not rights.everything, "name": name, "owner": hub.owner}
        grants = [each._asdict() for each in rights.grants]
        self.answer(
            {**told, "grants": grants, "level": rights.level_of(without_drive(path)) if path else None}
        )


async def _changed(gate: Gate) -> None:
    gate.hub.forget()
    await gate.sockets.check()
