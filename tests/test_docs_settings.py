"""The table of docs/settings.md is the table of the settings' model."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nbhotel.errors import SettingsError
from nbhotel.hotel.settings import RoomSettings, Settings, load_settings
from nbhotel.hotel.settings.complaints import setting_keys

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

#: The types of the table, by what TOML makes of an example.
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "path": (str,),
    "size": (str, int),
    "duration": (str, int),
    "number": (int, float),
    "true/false": (bool,),
    "list": (list,),
    "text or list": (str, list),
    "table": (dict,),
}


class Row(NamedTuple):
    kind: str
    default: str
    meaning: str
    example: str


def table() -> dict[str, Row]:
    rows = re.findall(
        r"^\| `([a-z_.]+)` \| (.+?) \| (.*?) \| (.+) \| `(.+)` \|$", PAGE.read_text(), re.MULTILINE
    )
    return {key: Row(*cells) for key, *cells in rows}


def load(folder: Path, toml: str, *, root: bool = True) -> Settings:
    (folder / "hotel.toml").write_text(toml)
    return load_settings(None, overrides={}, cwd=folder, root=root, state_home=Path("/state")).settings


def value_of(settings: Settings, key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


def test_the_table_has_each_setting_once():
    keys = [key for key in setting_keys() if key != "rooms"]
    assert sorted(table()) == sorted(keys)
    assert PAGE.read_text().count("\n| `") == len(keys)


@pytest.mark.parametrize("key", table())
def test_defaults_are_the_models(key, tmp_path):
    default = table()[key].default
    root, user = load(tmp_path, ""), load(tmp_path, "", root=False)
    if key == "state":
        assert default.startswith(f"`{root.state}` as root")
        assert str(user.state) == "/state/nbhotel"
    elif key == "auth":
        assert default == f"`{json.dumps(root.auth)}` as root, else `{json.dumps(user.auth)}`"
    else:
        value = value_of(root, key)
        assert default == ("none" if value is None else f"`{json.dumps(value)}`")


@pytest.mark.parametrize("key", table())
def test_examples_load_and_differ_from_the_default(key, tmp_path):
    example = table()[key].example
    assert isinstance(tomllib.loads(f"x = {example}")["x"], TYPES[table()[key].kind])
    if key == "rooms.environment":
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "python").symlink_to(sys.executable)
        example = json.dumps(str(tmp_path))
    if key == "database":
        # The URL is right as far as can be told without the database's driver.
        with pytest.raises(SettingsError, match="the driver of postgresql is not installed"):
            load(tmp_path, f"{key} = {example}")
        return
    settings = load(tmp_path, f"{key} = {example}")
    assert value_of(settings, key) != value_of(load(tmp_path, ""), key)


@pytest.mark.parametrize("key", table())
def test_types_are_the_models(key, tmp_path):
    for wrong in ("2026-01-01", "true" if table()[key].kind != "true/false" else "1"):
        with pytest.raises(SettingsError):
            load(tmp_path, f"{key} = {wrong}")


def test_what_is_said_of_units_holds():
    assert RoomSettings.model_validate({"memory": "512M"}).memory == 512 * 1024**2
    assert [
        RoomSettings.model_validate({"idle_timeout": text}).idle_timeout for text in ("90s", "30m", "7d")
    ] == [
        90,
        1800,
        7 * 86400,
    ]
