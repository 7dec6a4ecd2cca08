"""A TOML file with the line of each key, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: A key as its parts: `rooms.memory` is ("rooms", "memory").
KeyPath = tuple[str, ...]


class BadToml(Exception):
    """The text is no TOML: `message` says why, `line` where (counted from 1)."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a TOML text, and for each key and table the line that first names it."""

    values: dict[str, Any]
    lines: dict[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest table around it that the file names."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> Document:
    """Parse TOML 1.0. Raises BadToml."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad_toml(str(error), text) from error
    return Document(values, _key_lines(text))


def _bad_toml(message: str, text: str) -> BadToml:
    found = re.search(r" \(at line (\d+), column \d+\)| \(at end of document\)", message)
    line = int(found[1]) if found and found[1] else len(text.splitlines()) or 1
    return BadToml(message[: found.start()] if found else message, line)


def _key_lines(text: str) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, statement, values in _statements(text):
        if statement.startswith("["):
            (table, *_) = _paths(values)
            paths = [table]
        else:
            paths = [table + path for path in _paths(values)]
        for path in paths:
            for length in range(1, len(path) + 1):
                lines.setdefault(path[:length], number)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield each table header and each assignment with its first line's number.

    A statement is the shortest run of lines that is TOML by itself, so tomllib's own parser
    decides where a string or an array over several lines ends. `text` must be valid TOML.
    """
    pending, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        first, pending = (first, f"{pending}\n{line}") if pending else (number, line)
        try:
            values = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        if values:
            yield first, pending.lstrip(), values
        pending = ""


def _paths(values: dict[str, Any]) -> Iterator[KeyPath]:
    """The key paths down to each value that is no table (an empty table is a value)."""
    for key, value in values.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(inner, dict) and inner:
            yield from ((key, *rest) for rest in _paths(inner))
        else:
            yield (key,)
