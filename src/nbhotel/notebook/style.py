"""How a file writes its JSON (indent, separators, escapes, line ends), so that additions look alike."""

from __future__ import annotations

import json
import re

from nbhotel.notebook.model import Json
from nbhotel.notebook.writing import dumps
from nbhotel.records import NamedTuple

_FIRST_KEY = re.compile(r"\s*[\[{](\s*)")
_COLON = re.compile(r"\"(?:[^\"\\]|\\.)*\"(\s*:\s*)")
_COMMA = re.compile(r"[\]}\d\"el](,[ \t]*)(?=[\"\d\[{tfn-])")


class Style(NamedTuple):
    """One way to write JSON. `indent` is None where everything stands on one line."""

    indent: str | None = " "
    colon: str = ": "
    comma: str = ","
    ascii: bool = False
    newline: str = "\n"

    def lead(self, depth: int) -> str:
        """What stands between two members of something `depth` levels deep, the comma included."""
        return self.comma if self.indent is None else self.comma.rstrip() + self.newline + self.indent * depth


def style_of(text: str) -> Style:
    """Return how a JSON text is written, as its beginning shows it."""
    lead = _FIRST_KEY.match(text)
    space = lead[1] if lead else ""
    indent = space.rpartition("\n")[2] if "\n" in space else None
    colon = _COLON.search(text, 0, 10_000)
    comma = _COMMA.search(text, 0, 10_000) if indent is None else None
    return Style(
        indent=indent,
        colon=colon[1] if colon else ": ",
        comma=comma[1] if comma else ",",
        ascii=text.isascii() and "\\u" in text,
        newline="\r\n" if "\r" in text and "\r\n" in text else "\n",
    )


def spelled(value: Json, style: Style, depth: int) -> str:
    """Return a value's JSON text in a style, as it stands `depth` levels deep in a file."""
    if value is None:
        return "null"
    if value in ([], {}):  # with null most of what filters write
        return "{}" if isinstance(value, dict) else "[]"
    if style.indent == " " and style.colon == ": " and not style.ascii:
        text = dumps(value)
    else:
        text = json.dumps(
            value,
            ensure_ascii=style.ascii,
            indent=style.indent,
            separators=(style.comma, style.colon),
        )
    if style.indent is None:
        return text
    lead = style.newline + style.indent * depth
    return text.replace("\n", lead) if lead != "\n" else text
