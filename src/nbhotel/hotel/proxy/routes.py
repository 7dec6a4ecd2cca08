"""JupyterHub's `Proxy` for a proxy that reads no table: a route is a file (`routefile`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jupyterhub import orm
from jupyterhub.proxy import Proxy
from traitlets import Unicode, default

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import routefile
from nbhotel.hotel.proxy.routefile import Route

_UNIX = "http+unix://"
#: Where routes with a host are kept: no address leads there, since "=" is in none of its segments.
_HOSTS = "=hosts"


class CaddyRoutes(Proxy):
    """Keeps routes where Caddy finds them; Caddy itself is started by the hotel's supervisor.

    Routes of rooms need no target: their socket is where `Layout` says, and any other is refused.
    Everything else may be ``http[s]://HOST[:PORT][/PATH]``.
    """

    state = Unicode(config=True, help="The hotel's state directory.")

    @default("should_start")
    def _never_start(self) -> bool:
        return False

    async def get_all_routes(self) -> dict[str, Route]:
        """Return all routes by their routespec."""
        return {route["routespec"]: route for route in routefile.read_all(self._top)}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        """Add a route, or give it another target; ValueError if it can't be served."""
        routespec = self.validate_routespec(routespec)
        name = self._file_name(routespec, target, data)
        routefile.write(self._folder(routespec), name, Route(routespec=routespec, target=target, data=data))

    async def delete_route(self, routespec: str) -> None:
        """Remove a route, if there is one; that of a named server leads to the hub from now on.

        Otherwise the default server, when it runs, would answer for a named one that is stopped.
        """
        folder = self._folder(self.validate_routespec(routespec))
        if not routefile.put_to_sleep(folder):
            routefile.remove(folder, top=self._top)

    async def check_routes(
        self, user_dict: Any, service_dict: Any, routes: dict[str, Route] | None = None
    ) -> None:
        """Check all routes as JupyterHub does, and forget the named servers that are no more."""
        await super().check_routes(user_dict, service_dict, routes)
        named = self.db.query(orm.Spawner).filter(orm.Spawner.name != "")
        known = {(spawner.user.name, spawner.name) for spawner in named}
        for route in list(routefile.sleeping(self._top)):
            if (route["data"]["user"], route["data"]["server_name"]) not in known:
                routefile.remove(self._folder(route["routespec"]), top=self._top)

    @property
    def _top(self) -> Path:
        return Layout(Path(self.state)).routes_dir

    def _folder(self, routespec: str) -> Path:
        host, slash, path = routespec.partition("/")
        return routefile.folder(self._top / _HOSTS / host if host else self._top, slash + path)

    def _file_name(self, routespec: str, target: str, data: dict[str, Any]) -> str:
        if routespec in {"/", self.hub.routespec}:
            return routefile.HUB
        if not target.startswith(_UNIX):
            return routefile.target_name(target)
        socket = Layout(Path(self.state)).room_socket(data.get("user", ""), data.get("server_name", ""))
        if "user" not in data or unquote(target.removeprefix(_UNIX)).rstrip("/") != str(socket):
            raise ValueError(f"{routespec} can only lead to {socket}, not to {target}")
        return routefile.ROOM
