"""What a terminal shows of what a program prints, as lines of text with colours and nothing else.

Carriage returns, backspaces and the movements of the cursor (ECMA-48 8.3, as xterm does them) change the
last lines, those which a terminal of that height would still show; what has scrolled away stays. So a
progress bar is one line, however often it is drawn, also with colours and in several lines.
"""

from __future__ import annotations

import re
from itertools import groupby

_TOKEN = re.compile(
    r"\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])"  # control sequences
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links, marks of others
    r"|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-Z\\^-~]"
    r"|([\r\n\b\t])|[\x00-\x08\x0b-\x1f\x7f]"
)
#: A sequence that has started and may go on in what comes next.
_UNFINISHED = re.compile(
    r"\x1b(?:\[[0-9;:?<=>]*[ -/]*|\][^\x07\x1b]{0,4096}\x1b?|[PX^_][^\x1b]{0,4096}\x1b?|[ -/]*)$"
)
#: What more than adds letters to lines: a movement, or anything that is no colour.
_MOVES = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b(?!\[[0-9;:]*m)")
_COLOUR = re.compile(r"\x1b\[([0-9;:]*)m")
#: One attribute: a colour of several numbers is one.
_ATTRIBUTE = re.compile(r"[345]8;5;\d+|[345]8;2;\d+;\d+;\d+|[^;]+")
_TAB = 8


class Screen:
    """The lines."""

    def __init__(self, rows: int = 24) -> None:
        self._rows = rows
        #: Each line is its characters, and the style of each.
        self._lines: list[tuple[list[str], list[str]]] = [([], [])]
        self._row = 0
        self._column = 0
        self._style = ""
        self._rest = ""
        self._gone: list[str] = []

    def feed(self, text: str) -> None:
        """Print."""
        text = self._rest + text
        unfinished = _UNFINISHED.search(text)
        self._rest = unfinished[0] if unfinished else ""
        text = self._hurried(text[: len(text) - len(self._rest)])
        at = 0
        for token in _TOKEN.finditer(text):
            self._write(text[at : token.start()])
            at = token.end()
            if token[2]:
                self._sequence(token[1], token[2])
            elif token[3]:
                self._control(token[3])
        self._write(text[at:])

    def take(self) -> tuple[str, str]:
        """Return the lines that have scrolled away since the last call, and those that may still change."""
        gone = "".join(self._gone)
        self._gone.clear()
        return gone, "\n".join(map(_rendered, self._lines))

    def _hurried(self, text: str) -> str:
        """Let whole lines scroll by that do nothing but follow each other; return what comes after them.

        All but the last lines of a long output are such lines; letter by letter they would take some
        twenty times as long.
        """
        if text.count("\n") <= 2 * self._rows or self._row < len(self._lines) - 1:
            return text
        # The first movement must find all lines of the screen: it may go up to any of them.
        move = _MOVES.search(text)
        cut = move.start() if move else len(text)
        if text.count("\n", 0, cut) <= 2 * self._rows or self._column < len(self._lines[-1][0]):
            return text
        for _ in range(self._rows + 1):
            cut = text.rindex("\n", 0, cut)
        lines, rest = text[: cut + 1], text[cut + 1 :]
        style = f"\x1b[{self._style.replace('|', ';')}m" if self._style else ""
        self._gone.append("\n".join(map(_rendered, self._lines)) + style + lines.replace("\r\n", "\n"))
        self._lines = [([], [])]
        self._row = self._column = 0
        self._note_colours(lines)
        return rest

    def _note_colours(self, lines: str) -> None:
        """Know the style after lines that went by as they were; each piece that is told ends without one."""
        reset = max(lines.rfind("\x1b[0m"), lines.rfind("\x1b[m"))
        if reset >= 0:
            self._style = ""
        for colour in _COLOUR.findall(lines, max(reset, 0)):
            self._style = _styled(self._style, colour)
        if self._style:
            self._gone.append("\x1b[0m")

    def _write(self, text: str) -> None:
        if not text:
            return
        chars, styles = self._lines[self._row]
        end = self._column + len(text)
        if missing := self._column - len(chars):
            chars.extend(" " * missing)  # nothing if it is negative
            styles.extend([""] * missing)
        chars[self._column : end] = text
        styles[self._column : end] = [self._style] * len(text)
        self._column = end

    def _control(self, char: str) -> None:
        if char == "\r":
            self._column = 0
        elif char == "\b":
            self._column = max(0, self._column - 1)
        elif char == "\t":
            self._column += _TAB - self._column % _TAB
        else:
            self._go_to(self._row + 1, 0)

    def _go_to(self, row: int, column: int) -> None:
        """Move the cursor; the lines scroll if it goes below the last row."""
        while row >= len(self._lines):
            self._lines.append(([], []))
        while len(self._lines) > self._rows:
            self._gone.append(_rendered(self._lines.pop(0)) + "\n")
            row -= 1
        self._row = max(0, row)
        self._column = max(0, column)

    def _sequence(self, parameters: str, final: str) -> None:
        if final == "m":
            self._style = _styled(self._style, parameters)
        elif parameters.startswith("?"):
            # Full-screen programs draw on a screen of their own, and take it away when they end.
            if parameters in {"?1049", "?1047", "?47"}:
                self._clear(2)
                self._go_to(0, 0)
        elif final in "JK":
            (self._clear if final == "J" else self._erase)(_number(parameters, 0))
        elif final in "ABCDEFGHPXdf":
            self._move(parameters, final)

    def _move(self, parameters: str, final: str) -> None:
        count = max(1, _number(parameters, 1))
        last = self._rows - 1
        if final in "Hf":
            _, _, column = parameters.partition(";")
            self._go_to(min(count, self._rows) - 1, max(1, _number(column, 1)) - 1)
        elif final in "AF":
            self._go_to(self._row - count, 0 if final == "F" else self._column)
        elif final in "BE":
            self._go_to(min(last, self._row + count), 0 if final == "E" else self._column)
        elif final == "d":
            self._go_to(min(last, count - 1), self._column)
        elif final == "P":
            for each in self._lines[self._row]:
                del each[self._column : self._column + count]
        elif final == "X":
            self._blank(self._column, self._column + count)
        else:
            self._column = {"C": self._column + count, "D": max(0, self._column - count), "G": count - 1}[
                final
            ]

    def _erase(self, part: int) -> None:
        """Erase in the line: 0 from the cursor on, 1 up to it, 2 all."""
        if part == 1:
            self._blank(0, self._column + 1)
        else:
            for each in self._lines[self._row]:
                del each[0 if part == 2 else self._column :]

    def _blank(self, start: int, stop: int) -> None:
        chars, styles = self._lines[self._row]
        stop = min(stop, len(chars))
        chars[start:stop] = " " * max(0, stop - start)
        styles[start:stop] = [""] * max(0, stop - start)

    def _clear(self, part: int) -> None:
        """Erase in the lines that may change: 0 from the cursor on, 1 up to it, 2 and 3 all."""
        self._erase(min(part, 2))
        if part != 1:
            del self._lines[self._row + 1 :]
        if part:
            for row in range(self._row):
                self._lines[row] = ([], [])


def _number(text: str, default: int) -> int:
    first = text.split(";", 1)[0]
    return int(first) if first.isdecimal() and len(first) < 5 else default


def _styled(style: str, parameters: str) -> str:
    """What holds after a "select graphic rendition": what held before, and what it says."""
    kept = style.split("|") if style else []
    for attribute in _ATTRIBUTE.findall(parameters.replace(":", ";")) or ["0"]:
        # What is said again replaces what was said before; the bound is for programs that never reset.
        kept = [*(word for word in kept if word != attribute), attribute] if attribute.strip("0") else []
    return "|".join(kept[-8:])


def _rendered(line: tuple[list[str], list[str]]) -> str:
    chars, styles = line
    if not any(styles):
        return "".join(chars)
    parts = []
    at = 0
    for style, run in groupby(styles):
        text = "".join(chars[at : (at := at + len(list(run)))])
        parts.append(f"\x1b[{style.replace('|', ';')}m{text}\x1b[0m" if style else text)
    return "".join(parts)
