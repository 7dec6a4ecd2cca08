"""What one page keeps count of while it is made."""

from __future__ import annotations

from nbhotel.render.html.code import coloured
from nbhotel.render.html.tags import note, size
from nbhotel.render.html.tokens import Tokenise, plain

#: Beyond this many characters of markup a page shows sources, but no more outputs.
PAGE_UP_TO = 20_000_000
#: Outputs in cells that did not change take up to this much: they are only context.
CONTEXT_UP_TO = 8_000_000
#: So many characters of sources are coloured: Pygments needs about half a second for them.
COLOURS_UP_TO = 120_000


class Room:
    """How much a page may still hold of outputs, and the next number for ids and names."""

    def __init__(self, characters: int = PAGE_UP_TO) -> None:
        self._left = characters
        self._limit = characters
        self._number = 0
        self._colours = COLOURS_UP_TO

    def tokeniser(self, language: str, text: str) -> Tokenise:
        """Return what colours a source, as long as there is room for colours."""
        self._colours -= len(text)
        return coloured(language) if self._colours >= 0 else plain

    @property
    def is_full(self) -> bool:
        """Whether outputs must be left out."""
        return self._left <= 0

    def take(self, markup: str) -> str:
        """Count markup in, and return it."""
        self._left -= len(markup)
        return markup

    def number(self) -> int:
        """Return 1, 2, 3 …"""
        self._number += 1
        return self._number

    def note(self, what: str) -> str:
        """Say that something was left out."""
        return note(f"{what} left out: more than {size(self._limit)} would make the page slow to open.")
