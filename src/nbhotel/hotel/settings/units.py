"""Sizes and durations as people write them: `2G`, `512M`, `1h`, `30m`."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER_AND_UNIT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*")
#: Powers of 1024, as JupyterHub's ByteSpecification counts them.
_POWERS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZES = {"": 1, "b": 1} | {unit + tail: power for unit, power in _POWERS.items() for tail in ("", "b", "ib")}
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}

SIZE_HELP = 'a size in bytes such as "512M" or "2G"'
DURATION_HELP = 'a duration such as "30m" or "1h", or seconds; 0 means never'


def parse_size(value: object) -> int:
    """Return bytes for `"2G"`, `"512MiB"` or a whole number; ValueError for anything else."""
    return _parse(value, _SIZES, SIZE_HELP)


def parse_duration(value: object) -> int:
    """Return seconds for `"1h"`, `"30m"` or a whole number; ValueError for anything else."""
    return _parse(value, _SECONDS, DURATION_HELP)


def format_size(size: int) -> str:
    """Return bytes in the largest unit that divides them: 2147483648 as `2G`."""
    for unit, power in reversed(_POWERS.items()):
        if size and size % power == 0:
            return f"{size // power}{unit.upper()}"
    return str(size)


def _parse(value: object, units: dict[str, int], expected: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _NUMBER_AND_UNIT.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[2].lower() not in units:
        raise ValueError(f"expected {expected}, got {value!r}")
    return int(Decimal(match[1]) * units[match[2].lower()])
