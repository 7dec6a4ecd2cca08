"""pydantic's findings, told as our one-line errors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel

from nbhotel.errors import SettingsError
from nbhotel.hotel.settings.model import Settings
from nbhotel.hotel.settings.source import Source
from nbhotel.hotel.settings.toml import KeyPath

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, ValidationError

_EXPECTED = {
    "string_type": "expected a text in quotes",
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "model_type": "expected a table",
    "literal_error": "expected {expected}",
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected {ge:g} or more",
    "string_pattern_mismatch": "expected the name of a file in /etc/pam.d",
    "finite_number": "expected a finite number",
}


def first_complaint(error: ValidationError, source: Source) -> SettingsError:
    """The finding that stands first in the file, as an error with its file, line, key and remedy."""
    details = min(error.errors(), key=lambda each: source.document.line(key_path(each)))
    path = key_path(details)
    if details["type"] == "extra_forbidden":
        return unknown_key(source, path)
    return source.error(path, _what(details))


def unknown_key(source: Source, path: KeyPath) -> SettingsError:
    """The error for a key that does not exist, with the nearest that does."""
    return source.error(path, "there is no such setting", nearest(".".join(path), setting_keys(), "settings"))


def key_path(details: ErrorDetails) -> KeyPath:
    """The key that a finding is about, without pydantic's own steps such as union branches."""
    path: list[str] = []
    for part in details["loc"]:
        if not isinstance(part, str) or "[" in part:
            break
        path.append(part)
    return tuple(path[:2])


def setting_keys(model: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    """Every key of the settings, dotted: `bind`, `rooms.memory` and so on."""
    keys: list[str] = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            keys += setting_keys(inner, f"{prefix}{name}.")
    return keys


def nearest(word: str, valid: Iterable[str], kind: str) -> str:
    """A remedy naming the valid word that is most like a wrong one, or all of a short list."""
    valid = sorted(valid)
    near = difflib.get_close_matches(word, valid, n=1, cutoff=0.6)
    if not near:  # right name in the wrong table: compare the last parts
        tails = {key.rpartition(".")[2]: key for key in valid}
        near = [
            tails[tail] for tail in difflib.get_close_matches(word.rpartition(".")[2], tails, n=1, cutoff=0.7)
        ]
    if near:
        return f"did you mean `{near[0]}`?"
    return f"{kind}: {', '.join(valid)}" if len(valid) <= 30 else ""


def _what(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    expected = _EXPECTED.get(kind)
    if expected is None:
        return f"{details['msg']}, got {details['input']!r}"
    return f"{expected.format(**context)}, got {details['input']!r}"
