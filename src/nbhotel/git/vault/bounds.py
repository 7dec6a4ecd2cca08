"""How much a vault may hold, and for how long: the repository's git configuration, or what is usual."""

from __future__ import annotations

import re
from typing import TypeVar

from nbhotel.errors import ConfigError
from nbhotel.git.config import Config, Setting
from nbhotel.records import NamedTuple

#: Where nobody says otherwise: bytes, seconds.
SIZE, AGE = 1_000_000_000, 180 * 86_400.0
_BYTES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SECONDS = {"H": 3_600, "D": 86_400, "W": 7 * 86_400, "Y": 365 * 86_400}
_NUMBER = r"(\d{1,15}(?:\.\d{1,9})?) ?"
_FALSE, _TRUE = {"false", "no", "off", "0", ""}, {"true", "yes", "on", "1"}
_Value = TypeVar("_Value")


class Bounds(NamedTuple):
    """Bytes, seconds (infinite: never), whether sweeps are automatic; and who says so, "" if nobody."""

    size: int = SIZE
    age: float = AGE
    auto: bool = True
    size_by: str = ""
    age_by: str = ""
    auto_by: str = ""


def bounds_of(config: Config) -> Bounds:
    """Read `nbhotel.vaultSize`, `nbhotel.vaultAge` and `nbhotel.vaultAuto`. Raises ConfigError."""
    size, age, auto = (config.get(f"nbhotel.{key}") for key in ("vaultSize", "vaultAge", "vaultAuto"))
    bounds = Bounds(size_by=_by(size), age_by=_by(age), auto_by=_by(auto))
    if size:
        bounds = bounds._replace(size=_said(size, "vaultSize", size_in_bytes(size.value), "500M or 2G"))
    if age:
        bounds = bounds._replace(age=_said(age, "vaultAge", age_in_seconds(age.value), "90d, 12w or never"))
    if auto:
        bounds = bounds._replace(auto=_said(auto, "vaultAuto", _truth(auto.value), "true or false"))
    return bounds


def size_in_bytes(text: str) -> int | None:
    """Return the bytes of a size such as 500M; None if it is none."""
    found = re.fullmatch(_NUMBER + "([KMGT]?)B?", text.strip().upper())
    return int(float(found[1]) * _BYTES[found[2]]) if found else None


def age_in_seconds(text: str) -> float | None:
    """Return the seconds of an age such as 90d; infinity for "never", None if it is no age."""
    if text.strip().lower() == "never":
        return float("inf")
    found = re.fullmatch(_NUMBER + "([HDWY])", text.strip().upper())
    return float(found[1]) * _SECONDS[found[2]] if found else None


def _truth(text: str) -> bool | None:
    """What git takes for true or false (git-config(1)); None for other words."""
    word = text.lower()
    return word in _TRUE if word in _TRUE | _FALSE else None


def _by(setting: Setting | None) -> str:
    return setting.origin.removeprefix("file:") if setting else ""


def _said(setting: Setting, key: str, value: _Value | None, such_as: str) -> _Value:
    if value is None:
        where = f"{_by(setting)}: nbhotel.{key}"
        raise ConfigError(f"{setting.value!r} can't be understood", where=where, remedy=f"such as {such_as}")
    return value
