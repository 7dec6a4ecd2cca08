"""Settings as people may see them: sizes with units, and no secrets."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from nbhotel.hotel.settings.model import Settings
from nbhotel.hotel.settings.units import format_size

MASK = "***"
_SECRET = re.compile(r"secret|password|passphrase|token|credential|private|(^|_)key(s|$)", re.IGNORECASE)


def shown(settings: Settings) -> dict[str, Any]:
    """Return plain values of all settings: sizes such as "2G", secrets replaced by `***`."""
    values = settings.model_dump(mode="json")
    values["database"] = mask_url(settings.database)
    values["jupyterhub"] = _masked(settings.jupyterhub)
    if settings.rooms.memory is not None:
        values["rooms"]["memory"] = format_size(settings.rooms.memory)
    return values


def mask_url(url: str) -> str:
    """Return a URL whose password, if it has one, is `***`; other texts as they are."""
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return url
    user, _, rest = parts.netloc.rpartition("@")
    masked = url
    if password is not None:
        masked = url.replace(f"{user}@{rest}", f"{user.split(':', 1)[0]}:{MASK}@{rest}", 1)
    return re.sub(r"(?i)([?&][^=&]*(?:password|token|secret|key)[^=&]*=)[^&]*", rf"\1{MASK}", masked)


def _masked(value: Any, key: str = "") -> Any:
    if _SECRET.search(key):
        return MASK
    if isinstance(value, dict):
        return {name: _masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return mask_url(value) if isinstance(value, str) else value
