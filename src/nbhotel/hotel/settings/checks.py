"""Combinations of settings that can't work, found before anything is started."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from importlib.util import find_spec

from nbhotel.hotel.settings.address import is_loopback
from nbhotel.hotel.settings.complaints import nearest
from nbhotel.hotel.settings.model import Settings
from nbhotel.hotel.settings.source import Source

OWN_AUTH = ("pam", "builtin", "none")


def check_combinations(settings: Settings, source: Source, *, root: bool) -> None:
    """Raise SettingsError for the first setting that contradicts another, the machine or our rights."""
    _check_paths(settings, source)
    _check_auth(settings, source, root=root)
    _check_rooms(settings, source)
    _check_database(settings, source)
    if settings.jupyterhub:
        from nbhotel.hotel.settings.traits import check_traits  # it imports JupyterHub, which takes a second

        check_traits(settings, source)


def authenticators() -> set[str]:
    """The names that `auth` takes: ours and those of installed authenticators."""
    named = {entry.name for entry in entry_points(group="jupyterhub.authenticators")}
    return {*OWN_AUTH, *(name for name in named if not name.startswith("nbhotel-"))}


def _check_paths(settings: Settings, source: Source) -> None:
    for path, value in ((("state",), settings.state), (("rooms", "environment"), settings.rooms.environment)):
        if value is not None and not value.is_absolute():
            raise source.error(path, f"{value} is not a full path", "write it from / on")


def _check_auth(settings: Settings, source: Source, *, root: bool) -> None:
    if settings.auth not in authenticators():
        raise source.error(
            ("auth",),
            f"there is no authenticator {settings.auth!r}",
            nearest(settings.auth, authenticators(), "authenticators"),
        )
    if settings.auth == "pam" and not root:
        raise source.error(
            ("auth",),
            '"pam" needs root to check other people\'s passwords',
            'run as root, or set auth = "builtin"',
        )
    if settings.auth == "none" and not settings.open_to_all_confirmed and not is_loopback(settings.bind):
        raise source.error(
            ("auth",),
            f'"none" on {settings.bind} lets in everybody who reaches this machine',
            "bind to 127.0.0.1, or set open_to_all_confirmed = true",
        )


def _check_rooms(settings: Settings, source: Source) -> None:
    rooms = settings.rooms
    asked_warm = rooms.start == "warm" and source.gives(("rooms", "start"))
    if isinstance(rooms.kind, tuple) and asked_warm:
        raise source.error(("rooms", "start"), "a command of your own can't start warm", 'set start = "cold"')
    if rooms.environment and asked_warm:
        raise source.error(
            ("rooms", "start"), "rooms of another environment can't start warm", 'set start = "cold"'
        )
    if rooms.environment and not os.access(rooms.environment / "bin" / "python", os.X_OK):
        raise source.error(
            ("rooms", "environment"),
            f"{rooms.environment} has no bin/python that we can run",
            "name the folder of a Python environment, as made by python -m venv",
        )
    if rooms.together and (rooms.environment or isinstance(rooms.kind, tuple)):
        whose = "another environment" if rooms.environment else "a command of your own"
        raise source.error(
            ("rooms", "together"),
            f"rooms of {whose} have what is installed and set there",
            "install jupyter-collaboration there, and leave this setting out",
        )
    if rooms.together and find_spec("jupyter_server_ydoc") is None:
        raise source.error(
            ("rooms", "together"), "jupyter-collaboration is not installed", "pip install 'nbhotel[hotel]'"
        )
    if settings.shares and (rooms.environment or isinstance(rooms.kind, tuple)):
        raise source.error(
            ("shares",),
            "rooms of another environment or command can't keep guests to what is shared",
            "leave out rooms.environment and a rooms.kind of your own, or shares",
        )
    if rooms.kind == "notebook" and not rooms.environment and find_spec("notebook") is None:
        raise source.error(
            ("rooms", "kind"), "Notebook 7 is not installed", "pip install 'nbhotel[notebook]'"
        )


def _check_database(settings: Settings, source: Source) -> None:
    if settings.database == "sqlite":
        return
    from sqlalchemy.dialects import __all__ as dialects  # it takes half a second, and few hotels need it
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    path = ("database",)
    try:
        url = make_url(settings.database)
        url.get_dialect().import_dbapi()
    except NoSuchModuleError:
        remedy = nearest(url.get_backend_name(), {*dialects}, "databases")
        raise source.error(path, f"there is no database driver {url.drivername!r}", remedy) from None
    except ArgumentError:
        raise source.error(
            path,
            'expected "sqlite" or a URL such as postgresql://user@host/database',
            "see SQLAlchemy's URLs",
        ) from None
    except ImportError as error:
        raise source.error(
            path, f"the driver of {url.drivername} is not installed: {error}", "pip install the driver"
        ) from None
