"""The resolved settings as `up` hands them to the hub and the zygote: one JSON file."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from nbhotel.errors import StateError
from nbhotel.hotel.settings.model import Settings


def write_resolved(settings: Settings, path: Path) -> None:
    """Write the settings atomically with mode 0600; who else may read them is the caller's to grant."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(settings.model_dump_json(indent=2) + "\n")
    draft.replace(path)


def read_resolved(path: Path) -> Settings:
    """Read what `write_resolved` wrote. Raises StateError if it is missing or not ours."""
    try:
        return Settings.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StateError(
            f"the hotel's settings can't be read: {error.strerror}",
            where=str(path),
            remedy="run `nbhotel up`",
        ) from error
    except ValidationError as error:
        raise StateError(
            "these are not the settings of this version", where=str(path), remedy="run `nbhotel up` again"
        ) from error
