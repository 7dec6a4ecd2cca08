"""Where settings come from: the file that applies, its values and lines, and the overrides over them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbhotel.errors import SettingsError
from nbhotel.hotel.settings.toml import BadToml, Document, KeyPath, parse

LOCAL_FILE = "hotel.toml"
SYSTEM_FILE = Path("/etc/nbhotel/hotel.toml")
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Source:
    """Values as they were given, and who gave them."""

    values: dict[str, Any]
    #: The file's name as errors show it; "" without a file.
    name: str
    document: Document
    #: Key paths that an override such as `--bind` gave -> its name.
    overridden: Mapping[KeyPath, str] = field(default_factory=dict)

    def origin(self, path: KeyPath) -> str:
        """Who gave a key: `hotel.toml:12`, `--bind` or `default`."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.overridden:
                return self.overridden[path[:length]]
        if self.gives(path):
            return f"{self.name}:{self.document.line(path)}"
        return DEFAULT

    def gives(self, path: KeyPath) -> bool:
        """Whether the file or an override has this key."""
        node: Any = self.values
        for part in path:
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True

    def error(self, path: KeyPath, what: str, remedy: str = "") -> SettingsError:
        """The error for one key, told with its place."""
        key = ".".join(path)
        origin = self.origin(path)
        where = key if origin == DEFAULT else origin if origin.startswith("--") else f"{origin}: {key}"
        return SettingsError(what, where=where, remedy=remedy)

    def override(self, overrides: Mapping[str, tuple[Any, str]]) -> Source:
        """This source with dotted keys replaced: `{"bind": (":8000", "--bind")}`."""
        values = self.values
        overridden = dict(self.overridden)
        for key, (value, origin) in overrides.items():
            path = tuple(key.split("."))
            values = _replaced(values, path, value)
            overridden[path] = origin
        return Source(values, self.name, self.document, overridden)


def read_source(config: Path | None, cwd: Path) -> Source:
    """Read `config`, else `./hotel.toml`, else `/etc/nbhotel/hotel.toml`, else nothing.

    Raises SettingsError if the file can't be read or is no TOML.
    """
    path = cwd / config if config else next(_candidates(cwd), None)
    if path is None:
        return Source({}, "", Document({}, {}))
    name = str(config) if config else LOCAL_FILE if path.parent == cwd else str(path)
    text = _read(path, name)
    try:
        document = parse(text)
    except BadToml as error:
        raise SettingsError(
            f"this is not TOML: {error.message}", where=f"{name}:{error.line}", remedy="see toml.io"
        ) from error
    return Source(_with_absolute_paths(document.values, path.parent), name, document)


def _candidates(cwd: Path) -> Iterator[Path]:
    # os.access answers no, where Path.exists would raise, for a folder that we may not enter.
    return (path for path in (cwd / LOCAL_FILE, SYSTEM_FILE) if os.access(path, os.F_OK))


def _read(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"the settings can't be read: {error.strerror}",
            where=name,
            remedy="name a readable file with --config",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            "this is not UTF-8", where=f"{name}:{line}", remedy="save the file as UTF-8"
        ) from error


def _with_absolute_paths(values: dict[str, Any], base: Path) -> dict[str, Any]:
    """Paths in a settings file are relative to the file."""
    for path in (("state",), ("rooms", "environment")):
        node: Any = values
        for part in path[:-1]:
            node = node.get(part) if isinstance(node, dict) else None
        value = node.get(path[-1]) if isinstance(node, dict) else None
        if isinstance(value, str) and value and not value.startswith("~"):
            values = _replaced(values, path, str(base / value))
    return values


def _replaced(values: dict[str, Any], path: KeyPath, value: object) -> dict[str, Any]:
    head, *rest = path
    if not rest:
        return values | {head: value}
    inner = values.get(head)
    return values | {head: _replaced(inner if isinstance(inner, dict) else {}, tuple(rest), value)}
