"""Colours that a program wrote into its output: kept where there are colours, else left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.spans import Line, Span
from nbhotel.render.terminal.texts import Ink

#: Select Graphic Rendition (ECMA-48, 8.3.117). Every other sequence is shown escaped.
_SGR = r"\x1b\[([0-9;:]{0,40})m"
#: Characters of one line of an output that are shown.
_LONGEST = 2000


def coloured(lines: Sequence[str], brush: Brush) -> Ink:
    """Return the ink for the lines of an output."""

    def ink(index: int) -> Line:
        text = lines[index]
        if "\x1b" in text:
            return _clipped(_spans(text) if brush.palette else [Span(stripped(text))], brush)
        return _clipped([Span(text)], brush)

    return ink


def stripped(text: str) -> str:
    """Leave out the colours of a text."""
    return re.sub(_SGR, "", text) if "\x1b" in text else text


def _spans(text: str) -> Line:
    parts = re.split(_SGR, text)  # text, parameters, text, parameters, text, …
    line, style = [Span(parts[0])], ""
    for parameters, part in zip(parts[1::2], parts[2::2], strict=True):
        style = _after(style, parameters)
        line.append(Span(part, style))
    return line


def _after(style: str, parameters: str) -> str:
    """Return the style after a sequence; 0 or nothing resets, to the line's own style."""
    values = parameters.split(";")
    while values and not values[0].strip("0"):
        values.pop(0)
        style = ""
    return ";".join([style, *values]) if style and values else style or ";".join(values)


def _clipped(line: Line, brush: Brush) -> Line:
    left = _LONGEST
    if brush.look.limit is None or sum(len(span.text) for span in line) <= left:
        return line
    result: Line = []
    for span in line:
        result.append(span._replace(text=span.text[:left]))
        left -= len(result[-1].text)
    more = sum(len(span.text) for span in line) - _LONGEST
    return [*result, Span(f" … {more:,} more characters", "note")]
