"""`/hub/api/nbhotel/shares…`: what rooms ask and tell, each with its own token, which says whose it is."""

from __future__ import annotations

import json
from typing import Any

from jupyterhub import orm, roles, scopes
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.utils import url_path_join
from tornado import web

from nbhotel.hotel.shares import table
from nbhotel.hotel.shares.doors import is_door
from nbhotel.hotel.shares.table import BadGrant, Grant

#: The address below the hub's API.
PATH = "/api/nbhotel/shares"
_SCOPE = "access:servers"
_MOST_NAMES = 5000


def handlers() -> list[tuple[str, type[APIHandler]]]:
    """Return tornado's routes, relative to the hub's prefix."""
    return [
        (f"{PATH}/?", Shares),
        (f"{PATH}/([0-9]+)", OneShare),
        (f"{PATH}/moved", Moved),
        (f"{PATH}/rights/([^/]+)", Rights),
        (f"{PATH}/people", People),
    ]


class Sharing(APIHandler):
    """What the addresses have in common."""

    def owner(self) -> orm.User:
        """Return whose token this is; HTTPError 403 if it is nobody's, or not one for using his own rooms."""
        user = self.current_user
        name = getattr(user, "name", None)
        if user is None or user.kind != "user" or not isinstance(name, str):
            raise web.HTTPError(403, "Shares are made with the token of a room.")
        granted = self.parsed_scopes.get(_SCOPE, {})
        if not _covers(granted, name, None):
            raise web.HTTPError(403, "This token is not one of a room of yours.")
        return user.orm_user

    def spawner(self, owner: orm.User, server: object) -> orm.Spawner:
        """Return a room of the owner's by its name; HTTPError 404."""
        found = owner.orm_spawners.get(server) if isinstance(server, str) else None
        if found is None:
            raise web.HTTPError(404, "There is no such room.")
        return found

    def words(self, *names: str) -> list[Any]:
        """Return fields of the JSON object that was sent; HTTPError 400."""
        body = self.get_json_body()
        if not isinstance(body, dict) or not set(body) <= set(names):
            raise web.HTTPError(400, "%s", f"a JSON object with {', '.join(names)} was expected")
        return [body.get(name) for name in names]

    def answer(self, value: object, status: int = 200) -> None:
        """Send JSON."""
        self.set_status(status)
        self.finish(json.dumps(value))


class Shares(Sharing):
    """What the room's owner has shared, and what was shared with him."""

    def get(self) -> None:
        """Answer with both, and where the rooms are."""
        owner = self.owner()
        given, taken = table.given_by(self.db, owner), table.given_to(self.db, owner)
        self.answer(
            {
                "given": [grant.model() for grant in given],
                "taken": [self._with_room(grant) for grant in taken],
            }
        )

    def post(self) -> None:
        """Share something, or change the level."""
        owner = self.owner()
        server, path, level, user, group = self.words("server", "path", "level", "user", "group")
        try:
            grant = table.give(
                self.db,
                self.spawner(owner, server),
                self._target(user, group),
                table.checked_path(path),
                str(level),
            )
        except BadGrant as error:
            raise web.HTTPError(400, "%s", error) from None
        self.answer(grant.model(), 201)

    def _with_room(self, grant: Grant) -> dict[str, Any]:
        owner = self.users[grant.spawner.user_id]
        spawner = owner.spawners.get(grant.spawner.name)
        url = url_path_join(self.base_url, "user", owner.escaped_name, grant.spawner.name, "/")
        return {**grant.model(), "url": url, "open": bool(spawner and spawner.ready)}

    def _target(self, user: object, group: object) -> orm.User | orm.Group:
        if bool(user) == bool(group):
            raise web.HTTPError(400, "Name one person or one group.")
        kind, name = (orm.User, str(user)) if user else (orm.Group, str(group))
        found = kind.find(self.db, name)
        if found is None:
            raise web.HTTPError(
                404, "%s", f"There is no {'guest' if user else 'group'} {name!r} in this hotel."
            )
        return found


class OneShare(Sharing):
    """One grant."""

    def delete(self, number: str) -> None:
        """Withdraw it, as its owner, or leave it, as who it was given to."""
        owner = self.owner()
        grant = self.db.get(Grant, int(number))
        if grant is None or owner.id not in (grant.spawner.user_id, grant.user_id):
            raise web.HTTPError(404, "There is no such share (any more).")
        table.withdraw(self.db, grant)
        self.set_status(204)


class Moved(Sharing):
    """Files that were renamed or deleted."""

    def post(self) -> None:
        """Let the grants follow; those of what was deleted, or can't be shared by its new name, end."""
        owner = self.owner()
        server, old, new = self.words("server", "old", "new")
        spawner = self.spawner(owner, server)
        try:
            before = table.checked_path(old)
        except BadGrant:  # nothing of it was ever shared
            self.answer({"moved": 0})
            return
        try:
            moved = table.move(self.db, spawner, before, table.checked_path(new))
        except BadGrant:
            moved = table.end(self.db, spawner, before)
        self.answer({"moved": moved})


class Rights(Sharing):
    """What one person may do in the owner's room; his room asks."""

    def get(self, name: str) -> None:
        """Answer whether it is everything, by a role, or else which grants there are."""
        owner, guest = self.owner(), orm.User.find(self.db, name)
        server = self.get_argument("server", "")
        if guest is None:
            raise web.HTTPError(404, "There is no such guest.")
        ours = [
            {"path": grant.path, "level": grant.level}
            for grant in table.given_to(self.db, guest)
            if grant.spawner.user_id == owner.id and grant.spawner.name == server
        ]
        self.answer({"all": guest is owner or _by_role(guest, owner, server), "grants": ours})


class People(Sharing):
    """With whom one can share."""

    def get(self) -> None:
        """Answer with the names of guests and groups."""
        owner = self.owner()
        users = self.db.query(orm.User.name).filter(orm.User.id != owner.id).order_by(orm.User.name)
        groups = self.db.query(orm.Group.name).order_by(orm.Group.name)
        self.answer(
            {
                key: [row[0] for row in query.limit(_MOST_NAMES)]
                for key, query in (("users", users), ("groups", groups))
            }
        )


def _by_role(guest: orm.User, owner: orm.User, server: str) -> bool:
    """Whether a role, not a share, lets somebody into a room: an administrator, say."""
    own = [role for role in roles.get_roles_for(guest) if not is_door(role)]
    expanded = roles.roles_to_expanded_scopes(own, owner=guest)
    granted = scopes.parse_scopes(expanded).get(_SCOPE, {})
    if granted is not scopes.Scope.ALL and {group.name for group in owner.groups} & set(
        granted.get("group", ())
    ):
        return True
    return _covers(granted, owner.name, server)


def _covers(granted: Any, owner: str, server: str | None) -> bool:
    """Whether a parsed scope covers a person's rooms; any one of them for `server` None."""
    if granted is scopes.Scope.ALL or owner in granted.get("user", ()):
        return True
    rooms = [str(room).partition("/") for room in granted.get("server", ())]
    return any(name == owner and server in (None, room) for name, _, room in rooms)
