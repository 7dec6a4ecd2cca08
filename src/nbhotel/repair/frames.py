"""Objects and lists of JSON that are being read."""

from __future__ import annotations

import re

from nbhotel.notebook.model import Json
from nbhotel.repair.scalars import object_of

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[][{}]')


class Frame:
    """An object or a list that is still open; indents are those of its line and of its members' lines."""

    def __init__(self, indent: int, *, is_list: bool) -> None:
        """Open it in a line of this indent."""
        self.is_list = is_list
        self.indent = indent
        self.inner: int | None = None
        self.pairs: list[tuple[str | None, Json]] = []
        self.key: str | None = None

    @property
    def wants_key(self) -> bool:
        """Whether it is an object, and no key waits for its value."""
        return not self.is_list and self.key is None

    def add(self, value: Json) -> None:
        """Add a value, under the key that waits for one."""
        self.pairs.append((self.key, value))
        self.key = None

    def ends_with(self, kind: type) -> bool:
        """Whether its last value, if there is one, is of this kind."""
        return not self.pairs or isinstance(self.pairs[-1][1], kind)

    def value(self) -> Json:
        """Return what it holds."""
        return [value for _, value in self.pairs] if self.is_list else object_of(self.pairs)


def matching(text: str, start: int) -> int:
    """Return the end of the value that a bracket opens."""
    depth = 0
    for found in _BRACKETS.finditer(text, start):
        depth += (found[0] in "{[") - (found[0] in "}]")
        if depth == 0:
            return found.end()
    return len(text)
