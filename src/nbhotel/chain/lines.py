"""In which line of a TOML file something stands. The standard library's parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A string, a comment, or a bare word; strings first, so that a # in one begins no comment.
_TOKEN = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*|[A-Za-z0-9_-]+")
_HEADING = re.compile(r"\s*\[{1,2}[^\[\],]+\]{1,2}\s*(?:#.*)?$")


def line_of(text: str, path: Sequence[str]) -> int:
    """Return the line, from 1, where the last word of a path stands; of as much of it as is found.

    A path is keys and then what stands as their value. Within the table that the path leads into, its words
    are looked for one after the other.
    """
    wanted: list[str] | None = list(path)
    found, left = 1, len(path)
    for number, line in enumerate(text.splitlines(), 1):
        tokens = _tokens(line)
        if _HEADING.match(line):
            inside = all(word == key for word, key in zip(tokens, path, strict=False))
            wanted = list(path[len(tokens) :]) if inside else None
            tokens = []
        if wanted is None:
            continue
        for token in tokens:
            if wanted and token == wanted[0]:
                wanted.pop(0)
        if len(wanted) < left:
            found, left = number, len(wanted)
        if not wanted:
            break
    return found


def _tokens(line: str) -> list[str]:
    tokens = []
    for token in _TOKEN.findall(line):
        if token.startswith("#"):
            break
        tokens.append(token.strip("\"'"))
    return tokens
