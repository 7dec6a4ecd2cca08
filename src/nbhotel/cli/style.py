"""Colours for people at a terminal; plain text for pipes and files."""

from __future__ import annotations

import os
from typing import TextIO

from nbhotel.records import NamedTuple


class Style(NamedTuple):
    """Paints words if `colour` is true, else returns them as they are."""

    colour: bool

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """The style for a stream: coloured on a terminal, unless NO_COLOR is set (no-color.org)."""
        dumb = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return cls(colour=stream.isatty() and not dumb)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def error(self, text: str) -> str:
        return self._paint("1;31", text)

    def warning(self, text: str) -> str:
        return self._paint("33", text)

    def good(self, text: str) -> str:
        return self._paint("32", text)

    def strong(self, text: str) -> str:
        return self._paint("1", text)

    def faint(self, text: str) -> str:
        return self._paint("2", text)
