"""Which folder was published, to which hub: what a room needs to know to publish it anew at a save."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from nbhotel.records import NamedTuple
from nbhotel.userdirs import data_home


class Followed(NamedTuple):
    """A folder whose pages shall follow it: `folder` is its real path, `hub` the address of the hub's API."""

    folder: str
    hub: str


def record_file(environment: Mapping[str, str]) -> Path:
    """$XDG_DATA_HOME/nbhotel/published.json, or below ~/.local/share."""
    return Path(data_home(environment), "nbhotel", "published.json")


def remember(record: Path, followed: Followed | None) -> None:
    """Write what is followed from now on; None: nothing. Raises OSError."""
    if followed is None:
        record.unlink(missing_ok=True)
        return
    record.parent.mkdir(parents=True, exist_ok=True)
    draft = record.with_name(f".{record.name}.{os.getpid()}")
    draft.write_text(json.dumps(followed._asdict()), encoding="utf-8")
    draft.replace(record)


def read(record: Path) -> Followed | None:
    """Return what is followed; None if there is no record that can be read."""
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        return Followed(str(found["folder"]), str(found["hub"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
