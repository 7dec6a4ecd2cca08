"""From a settings file and options to one checked value that knows where each part came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from nbhotel.hotel.settings.checks import check_combinations
from nbhotel.hotel.settings.complaints import first_complaint
from nbhotel.hotel.settings.model import Settings
from nbhotel.hotel.settings.source import Source, read_source
from nbhotel.hotel.settings.toml import KeyPath

ROOT_STATE = Path("/var/lib/nbhotel")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and where each came from: `"rooms.memory" -> "hotel.toml:12"`, `"default"` or `"--bind"`."""

    settings: Settings
    origins: dict[str, str]


def load_settings(
    config: Path | None,
    *,
    overrides: Mapping[str, tuple[Any, str]],
    cwd: Path,
    root: bool,
    state_home: Path,
) -> Loaded:
    """Load and check the settings that are in force.

    `config` is a file to read instead of `cwd/hotel.toml` or `/etc/nbhotel/hotel.toml`;
    `overrides` maps dotted keys to (value, name of the option that gave it); `root` says whether
    the hotel would run as root; `state_home` is where an ordinary user's states lie
    ($XDG_STATE_HOME, freedesktop's base directory specification).

    Raises SettingsError with file, line, key and remedy.
    """
    source = read_source(config, cwd).override(overrides)
    defaults = {
        "state": ROOT_STATE if root else state_home / "nbhotel",
        "auth": "pam" if root else "builtin",
    }
    try:
        settings = Settings.model_validate(defaults | source.values)
    except ValidationError as error:
        raise first_complaint(error, source) from None
    check_combinations(settings, source, root=root)
    return Loaded(_with_derived(settings), dict(_origins(settings, source)))


def _with_derived(settings: Settings) -> Settings:
    """Rooms that the zygote can't fork start cold without being told."""
    rooms = settings.rooms
    if not isinstance(rooms.kind, tuple) and rooms.environment is None:
        return settings
    return settings.model_copy(update={"rooms": rooms.model_copy(update={"start": "cold"})})


def _origins(value: object, source: Source, path: KeyPath = ()) -> list[tuple[str, str]]:
    if isinstance(value, BaseModel):
        items = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict) and path[:1] == ("jupyterhub",) and value:
        items = list(value.items())
    else:
        return [(".".join(path), source.origin(path))]
    return [origin for name, inner in items for origin in _origins(inner, source, (*path, name))]
