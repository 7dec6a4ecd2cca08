"""The marks between cells in what a shell prints.

A mark is an operating system command (`ESC ] … BEL`, ECMA-48 8.3.89), as the shell integrations of terminals
use them, with a word that no program prints by chance::

    ESC ] 7770;WORD;start BEL        a cell starts
    ESC ] 7770;WORD;done;STATUS BEL  it has ended; only from shells that draw before their prompt
    ESC ] 7770;WORD;end;STATUS BEL   the shell is at its prompt, so that it has ended for any reason
"""

from __future__ import annotations

import codecs
import re

from nbhotel.records import NamedTuple


class Text(NamedTuple):
    """What was printed."""

    text: str


class Started(NamedTuple):
    """A cell starts."""


class Ended(NamedTuple):
    """A cell has ended."""

    status: int


class Prompt(NamedTuple):
    """The shell is at its prompt."""

    status: int


Event = Text | Started | Ended
#: What the stream itself says: that there is a prompt may be the end of a cell.
Mark = Event | Prompt


def prefix_of(word: str) -> str:
    """Return what stands between `ESC ]` and `start` or `end`."""
    return f"7770;{word};"


class Marks:
    """Finds the marks in a stream that comes in pieces."""

    def __init__(self, word: str) -> None:
        head = b"\x1b]" + prefix_of(word).encode()
        self._mark = re.compile(re.escape(head) + rb"(?:start|(done|end);(\d+))\x07")
        # No mark is longer: a status has at most three digits.
        self._longest = len(head) + 9
        self._rest = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> list[Mark]:
        """Return what came, in its order; the start of a mark waits for its end."""
        data = self._rest + data
        found: list[Mark] = []
        at = 0
        for mark in self._mark.finditer(data):
            self._text(data[at : mark.start()], found)
            found.append(_mark(mark[1], mark[2]))
            at = mark.end()
        stop = self._held_from(data, at)
        self._text(data[at:stop], found)
        self._rest = data[stop:]
        return found

    def _text(self, data: bytes, found: list[Mark]) -> None:
        if text := self._decoder.decode(data):
            found.append(Text(text))

    def _held_from(self, data: bytes, at: int) -> int:
        """Where an escape sequence starts that may become a mark."""
        last = data.rfind(b"\x1b", max(at, len(data) - self._longest))
        if last < 0 or b"\x07" in data[last:] or (len(data) > last + 1 and data[last + 1 : last + 2] != b"]"):
            return len(data)
        return last


def _mark(kind: bytes | None, status: bytes) -> Mark:
    if kind is None:
        return Started()
    return Ended(int(status)) if kind == b"done" else Prompt(int(status))
