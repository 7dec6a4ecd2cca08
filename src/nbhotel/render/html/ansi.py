"""ANSI colours of streams and tracebacks, as tokens (ECMA-48, Select Graphic Rendition; xterm's 256 colours).

Every colour becomes the nearest of the 16 that the style sheet has, which are legible on both backgrounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbhotel.records import NamedTuple
from nbhotel.render.html.tokens import Token

#: CSI sequences, OSC sequences (titles, links), other escapes.
_ESCAPE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])?")
_LEVELS = (0, 95, 135, 175, 215, 255)
#: The 16 colours as (red, green, blue): xterm's, to find the nearest.
_PALETTE = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205)),
    *((229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255)),
    *((255, 0, 255), (0, 255, 255), (255, 255, 255)),
)


class _Pen(NamedTuple):
    """How the next characters look; colours are 0 to 15."""

    fore: int | None = None
    back: int | None = None
    flags: frozenset[str] = frozenset()

    @property
    def classes(self) -> str:
        fore, back = (self.back, self.fore) if "inverse" in self.flags else (self.fore, self.back)
        names = [f"fg{fore}"] if fore is not None else []
        names += [f"bg{back}"] if back is not None else []
        return " ".join(names + [f"ansi-{flag}" for flag in sorted(self.flags)])


def terminal(lines: Sequence[str]) -> Sequence[Sequence[Token]]:
    """Tokenise what was written to a terminal."""
    pen = _Pen()
    result = []
    for line in lines:
        tokens, pen = _line(line, pen)
        result.append(tokens)
    return result


def _line(line: str, pen: _Pen) -> tuple[list[Token], _Pen]:
    tokens: list[Token] = []
    end = len(line.rstrip("\r"))
    seen_from = line.rfind("\r", 0, end) + 1  # what stands before was overwritten, as a progress bar does it
    place = 0
    for escape in (*_ESCAPE.finditer(line), None):
        start, stop = escape.span() if escape else (len(line), len(line))
        for a, b, seen in (
            (place, seen_from, False),
            (max(place, seen_from), end, True),
            (end, start, False),
        ):
            if a < (b := min(b, start)):
                tokens.append((pen.classes if seen else None, line[a:b]))
        if escape:
            tokens.append((None, escape[0]))
            pen = _select(pen, escape[1]) if escape[2] == "m" else pen
        place = stop
    return tokens, pen


_SET = {1: "bold", 2: "faint", 3: "italic", 4: "underline", 7: "inverse", 9: "strike"}
_UNSET = {22: {"bold", "faint"}, 23: {"italic"}, 24: {"underline"}, 27: {"inverse"}, 29: {"strike"}}


def _select(pen: _Pen, parameters: str) -> _Pen:
    codes = [int(code) if code.isdecimal() and len(code) < 4 else 0 for code in re.split("[;:]", parameters)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            pen = _Pen()
        elif code in _SET:
            pen = pen._replace(flags=pen.flags | {_SET[code]})
        elif code in _UNSET:
            pen = pen._replace(flags=pen.flags - _UNSET[code])
        elif code in {38, 48}:
            pen = _coloured(pen, _extended(codes), fore=code == 38)
        else:
            pen = _basic(pen, code)
    return pen


def _basic(pen: _Pen, code: int) -> _Pen:
    tens, colour = divmod(code, 10)
    if tens in {3, 4, 9, 10} and colour < 8:
        return _coloured(pen, colour + (8 if tens > 8 else 0), fore=tens in {3, 9})
    return _coloured(pen, None, fore=code == 39) if code in {39, 49} else pen


def _coloured(pen: _Pen, colour: int | None, *, fore: bool) -> _Pen:
    return pen._replace(fore=colour) if fore else pen._replace(back=colour)


def _extended(codes: list[int]) -> int | None:
    """Take the rest of `38;5;N` or `38;2;R;G;B` from `codes`."""
    mode = codes.pop(0) if codes else 0
    if mode == 5 and codes:
        return _of_256(codes.pop(0))
    if mode == 2 and len(codes) >= 3:
        return _nearest((codes.pop(0), codes.pop(0), codes.pop(0)))
    return None


def _of_256(number: int) -> int:
    if number < 16:
        return number
    if number < 232:
        number -= 16
        return _nearest((_LEVELS[number // 36], _LEVELS[number // 6 % 6], _LEVELS[number % 6]))
    grey = 8 + 10 * (min(number, 255) - 232)
    return _nearest((grey, grey, grey))


def _nearest(colour: tuple[int, int, int]) -> int:
    return min(range(16), key=lambda n: sum((a - b) ** 2 for a, b in zip(colour, _PALETTE[n], strict=True)))
