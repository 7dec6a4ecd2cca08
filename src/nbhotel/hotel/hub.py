"""``python -m nbhotel.hotel.hub STATE``: JupyterHub, configured in code from the hotel's settings."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path
from typing import Any

from nbhotel.hotel.imports import skip_slow_imports

skip_slow_imports()

from jupyterhub import orm  # noqa: E402
from jupyterhub.app import JupyterHub  # noqa: E402
from sqlalchemy import event  # noqa: E402
from sqlalchemy.engine import Engine  # noqa: E402
from traitlets import Bool, Integer, Unicode  # noqa: E402
from traitlets.config import Config  # noqa: E402

from nbhotel.hotel.auth import authenticator_class, template_paths  # noqa: E402
from nbhotel.hotel.layout import Layout, socket_url  # noqa: E402
from nbhotel.hotel.proxy.bind import parse_bind  # noqa: E402
from nbhotel.hotel.proxy.routes import CaddyRoutes  # noqa: E402
from nbhotel.hotel.proxy.static import static_address  # noqa: E402
from nbhotel.hotel.public import handlers as public  # noqa: E402
from nbhotel.hotel.public.store import Store  # noqa: E402
from nbhotel.hotel.settings import Settings, read_resolved  # noqa: E402
from nbhotel.hotel.shares import handlers as shares  # noqa: E402
from nbhotel.hotel.shares.table import unlock_all  # noqa: E402
from nbhotel.hotel.spawner import RoomSpawner, follow_exits  # noqa: E402

#: What the command line's token may do: see and stop rooms, see, remove and invite people.
_ADMIN_SCOPES = ["admin:users", "admin:servers", "access:servers", "tokens", "read:hub", "list:services"]
_CULLER_SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]


class HotelHub(JupyterHub):
    """JupyterHub that reads no configuration file and hears at once when a room ends."""

    config_file = Unicode("", help="Not used: the hotel's settings are the configuration.")

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Load nothing, also not a file that happens to lie in the current directory."""

    public_limit = Integer(0, config=True, help="Bytes of pages that each guest may publish; 0: none.")

    shares = Bool(False, config=True, help="Guests may share files of their rooms with each other.")

    def init_handlers(self) -> None:
        """Add the addresses where rooms hand over pages and tell what is shared, if guests may do that."""
        super().init_handlers()
        if self.shares:
            self.handlers[:0] = self.add_url_prefix(self.hub_prefix, shares.handlers())
        if self.public_limit:
            layout = Layout(Path(self.config.RoomSpawner.state_dir))
            store = Store(layout.public_dir, self.public_limit)
            self.handlers[:0] = self.add_url_prefix(self.hub_prefix, public.handlers(store))
            # Whoever gets the name next must not have the pages of who had it before.
            event.listen(orm.User, "after_delete", lambda _mapper, _, user: store.remove_all(user.name))

    async def init_role_creation(self) -> None:
        """Load roles, and those by which groups enter rooms of which something is shared with them."""
        await super().init_role_creation()
        if self.shares:
            unlock_all(self.db)

    async def start(self) -> None:
        """Start the hub and follow the rooms' ends."""
        await super().start()
        layout = Layout(Path(self.config.RoomSpawner.state_dir))
        self._exits = asyncio.ensure_future(follow_exits(layout, self._room_ended))

    async def _room_ended(self, user_name: str, server_name: str) -> None:
        for user in self.users.values():
            spawner = user.spawners.get(server_name) if user.name == user_name else None
            if spawner is not None and spawner.ready:
                await spawner.poll_and_notify()


def configuration(settings: Settings, layout: Layout, admin_token: str) -> Config:
    """Return JupyterHub's configuration for these settings; ``[jupyterhub]`` has the last word."""
    config = Config()
    _configure_hub(config, settings, layout)
    _configure_rooms(config, settings, layout)
    _configure_services(config, settings, layout, admin_token)
    config.HotelHub.update(public_limit=settings.public or 0, shares=settings.shares)
    config.CaddyRoutes.state = str(layout.state)
    for name, value in settings.jupyterhub.items():
        section = config[name] if isinstance(value, dict) and name[:1].isupper() else config.JupyterHub
        section.update(value if section is not config.JupyterHub else {name: value})
    return config


def _configure_hub(config: Config, settings: Settings, layout: Layout) -> None:
    config.JupyterHub.update(
        bind_url=parse_bind(settings.bind).url,
        hub_bind_url=socket_url(layout.hub_socket),
        # Rooms of all guests talk to the hub's API, each with its own token.
        hub_socket_mode=0o666,
        db_url=database_url(settings, layout),
        upgrade_db=settings.database == "sqlite",
        cookie_secret_file=str(layout.hub_dir / "cookie_secret"),
        # Rooms and proxy live on while the hub restarts.
        cleanup_servers=False,
        cleanup_proxy=False,
        spawner_class=RoomSpawner,
        proxy_class=CaddyRoutes,
        authenticator_class=authenticator_class(settings),
        allow_named_servers=True,
        # Each is a room with limits of its own.
        named_server_limit_per_user=5,
        # A room that was culled comes back when one of its addresses is opened.
        implicit_spawn_seconds=0.001,
        template_paths=template_paths(),
    )


def database_url(settings: Settings, layout: Layout) -> str:
    """Return the SQLAlchemy URL of the hub's database."""
    if settings.database == "sqlite":
        return f"sqlite:///{layout.hub_dir / 'jupyterhub.sqlite'}"
    return settings.database


def _configure_rooms(config: Config, settings: Settings, layout: Layout) -> None:
    rooms = settings.rooms
    command = list(rooms.kind) if isinstance(rooms.kind, tuple) else []
    config.RoomSpawner.update(
        state_dir=str(layout.state),
        cold=rooms.start == "cold",
        python=str(rooms.environment / "bin" / "python") if rooms.environment else "",
        room_command=command,
        together=rooms.together,
        room_arguments=_arguments(settings),
    )
    # On the base class, so that `[jupyterhub.Spawner]` has the last word.
    config.Spawner.update(
        notebook_dir=rooms.directory,
        default_url="/tree" if rooms.kind == "notebook" else "",
        # Rooms that end are told by the zygote; this is for what it may have missed.
        poll_interval=60,
    )
    if rooms.memory is not None:
        config.Spawner.mem_limit = rooms.memory
    if rooms.cpu is not None:
        config.Spawner.cpu_limit = rooms.cpu


#: Who may do what in a room is decided there, for each request. A room without these classes would let
#: everybody who has a share do everything, so it doesn't start.
_DOORS = [
    "--ServerApp.identity_provider_class=nbhotel.room.guests.identity.RoomIdentityProvider",
    "--ServerApp.authorizer_class=nbhotel.room.guests.identity.RoomAuthorizer",
]


def _arguments(settings: Settings) -> list[str]:
    if settings.rooms.environment:
        return []  # another version of Lab has other static files
    return [
        *(_DOORS if settings.shares else []),
        f"--LabApp.override_static_url={static_address()}",
        # Guests can't install into the hotel's environment, and the manager costs each room 5 MB.
        "--LabApp.extension_manager=readonly",
        # Kernels listen on loopback, where any user of the machine may connect and, unencrypted, read along.
        "--KernelManager.transport_encryption=auto",
    ]


def _configure_services(config: Config, settings: Settings, layout: Layout, admin_token: str) -> None:
    config.JupyterHub.services = [{"name": "nbhotel", "api_token": admin_token}]
    config.JupyterHub.load_roles = [{"name": "nbhotel", "services": ["nbhotel"], "scopes": _ADMIN_SCOPES}]
    if settings.rooms.idle_timeout:
        config.JupyterHub.services.append({"name": "idle-culler", "command": _culler(settings, layout)})
        role = {"name": "idle-culler", "services": ["idle-culler"], "scopes": _CULLER_SCOPES}
        config.JupyterHub.load_roles.append(role)


def _culler(settings: Settings, layout: Layout) -> list[str]:
    timeout = settings.rooms.idle_timeout
    # setpriv: a hub that is killed must not leave its culler behind, for the next one brings its own.
    return [
        *("setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "nbhotel.hotel.culler"),
        str(layout.hub_socket),
        f"--timeout={timeout}",
        f"--cull-every={max(1, min(300, timeout // 2))}",
    ]


def _quick_commits(connection: Any, _: object) -> None:
    """Let SQLite append to a log instead of rewriting pages: starting a room takes a dozen commits.

    A killed hub loses nothing. After a power failure the last moments may be missing; so are the rooms.
    Source: https://www.sqlite.org/wal.html
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


def main() -> None:
    """Run the hub of the state directory named on the command line."""
    layout = Layout(Path(sys.argv[1]))
    settings = read_resolved(layout.settings_file)
    admin_token = layout.admin_token_file.read_text().strip()
    event.listen(Engine, "connect", _quick_commits)
    HotelHub.config = configuration(settings, layout, admin_token)
    HotelHub.launch_instance([])


if __name__ == "__main__":
    main()
