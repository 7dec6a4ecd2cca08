"""Strings and numbers of JSON as accidents leave them, and objects with more members than keys."""

from __future__ import annotations

import json
import re

from nbhotel.notebook.model import Json

_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])|\\')
_WHOLE = re.compile(r'(?:[^\\]|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt])*')


class NoNumber(str):
    """What stands where a number is meant that JSON doesn't have, or that is too long for one."""

    __slots__ = ()


class Members(dict[str, Json]):
    """An object of which not all members have a key of their own; those without a key have None in `pairs`.

    As a dict it is what JSON readers make of it: of equal keys, the last one counts.
    """

    def __init__(self, pairs: list[tuple[str | None, Json]]) -> None:
        """`pairs` are all members, in the order of the file."""
        super().__init__((key, value) for key, value in pairs if key is not None)
        self.pairs = pairs


def object_of(pairs: list[tuple[str | None, Json]]) -> dict[str, Json]:
    """Return the object of these members."""
    result = {key: value for key, value in pairs if key is not None}
    return result if len(result) == len(pairs) else Members(pairs)


def pairs_of(value: dict[str, Json]) -> list[tuple[str | None, Json]]:
    """Return all members of an object, also those without a key of their own."""
    return value.pairs if isinstance(value, Members) else list(value.items())


def as_number(text: str) -> Json:
    """Return the number that a text spells."""
    try:
        value = float(text) if set(text) & set(".eE") else int(text)
    except ValueError:  # thousands of digits
        return NoNumber(text)
    return value if value - value == 0 else NoNumber(text)


def unquoted(text: str) -> str:
    """Return a string without its quotes and escapes; escapes that there aren't stay as they are written."""
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return _kept(text[1:-1])


def cut_string(body: str) -> str:
    """Return the string that begins like this: without what is left of an escape that is cut."""
    whole = _WHOLE.match(body)
    text = _kept(whole[0] if whole and len(body) - whole.end() < 6 else body)
    return text[:-1] if text and "\ud800" <= text[-1] <= "\udbff" else text


def _kept(body: str) -> str:
    escaped = _ESCAPE.sub(lambda found: found[0] if found[1] else "\\\\", body)
    quoted = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', escaped)
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return body
