"""The `[jupyterhub]` table against JupyterHub's own traits. Importing this imports JupyterHub."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from jupyterhub.app import JupyterHub
from traitlets import HasTraits, TraitError, TraitType

from nbhotel.hotel.settings.complaints import nearest
from nbhotel.hotel.settings.model import Settings
from nbhotel.hotel.settings.source import Source

#: Traits of JupyterHub that a setting of ours stands for: with both, one would silently lose.
OURS = {
    "authenticator_class": "auth",
    "base_url": "bind",
    "bind_url": "bind",
    "db_url": "database",
    "hub_bind_url": "state",
    "ip": "bind",
    "port": "bind",
    "proxy_class": "bind",
    "spawner_class": "rooms",
    "ssl_cert": "bind",
    "ssl_key": "bind",
}


def check_traits(settings: Settings, source: Source) -> None:
    """Raise SettingsError for a class or trait that JupyterHub lacks, or a value that it refuses."""
    classes = {each.__name__: each for each in _classes(settings.auth)}
    for key, value in settings.jupyterhub.items():
        if key in JupyterHub.class_traits(config=True):
            _check_own(source, key)
            _check_value(JupyterHub, key, value, source, ("jupyterhub", key))
        elif isinstance(value, dict):
            _check_class(classes, key, value, source)
        else:
            raise _no_trait(JupyterHub, key, source, ("jupyterhub", key))


def _check_own(source: Source, key: str) -> None:
    if key in OURS:
        raise source.error(("jupyterhub", key), "nbhotel sets this itself", f"use the setting `{OURS[key]}`")


def _check_class(
    classes: dict[str, type[HasTraits]], name: str, table: dict[str, Any], source: Source
) -> None:
    if name not in classes:
        raise source.error(
            ("jupyterhub", name), f"JupyterHub here has no class {name!r}", nearest(name, classes, "classes")
        )
    for key, value in table.items():
        path = ("jupyterhub", name, key)
        if key not in classes[name].class_traits(config=True):
            raise _no_trait(classes[name], key, source, path)
        _check_value(classes[name], key, value, source, path)


def _no_trait(owner: type[HasTraits], key: str, source: Source, path: tuple[str, ...]) -> Exception:
    remedy = nearest(key, owner.class_traits(config=True), "traits")
    return source.error(path, f"{owner.__name__} has no trait {key!r}", remedy)


def _check_value(
    owner: type[HasTraits], key: str, value: object, source: Source, path: tuple[str, ...]
) -> None:
    """Assign the value to a copy of the trait alone: its owner would want a whole running hub."""
    trait: TraitType[Any, Any] = copy.copy(owner.class_traits(config=True)[key])
    probe = type(owner.__name__, (HasTraits,), {key: trait})()
    try:
        setattr(probe, key, value)
    except (TraitError, ValueError, TypeError, ImportError) as error:
        raise source.error(
            path, " ".join(str(error).split()), "see JupyterHub's configuration reference"
        ) from None


def _classes(auth: str) -> Iterator[type[HasTraits]]:
    """JupyterHub's configurable classes, ours, the chosen authenticator's, and what they derive from."""
    roots = [
        JupyterHub,
        *_loaded(
            entry
            for group in _GROUPS
            for entry in entry_points(group=group)
            if entry.name.startswith(("nbhotel", "default")) or entry.name == auth
        ),
    ]
    for root in roots:
        for each in root.__mro__:
            if issubclass(each, HasTraits) and each.class_own_traits(config=True):
                yield each


_GROUPS = ("jupyterhub.authenticators", "jupyterhub.spawners", "jupyterhub.proxies")


def _loaded(entries: Iterator[EntryPoint]) -> list[type[HasTraits]]:
    return [entry.load() for entry in entries]
