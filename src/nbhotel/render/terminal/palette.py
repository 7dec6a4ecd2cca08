"""What each role looks like, as parameters of SGR (ECMA-48, 8.3.117), for terminals of several abilities.

Roles of whole lines are "removed" and "added"; "removed!" and "added!" are their changed words, which are
bold and underlined, or reversed, so that nothing rests on colour alone. "keyword" and its like are those of
syntax; "keyword+" is the same on a removed or added line: there the background is ours, so the foreground
must be, too.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Palette: TypeAlias = dict[str, str]
Depth: TypeAlias = Literal["none", "16", "256", "true"]

_SYNTAX = {
    "keyword": "35",
    "name": "1",
    "builtin": "36",
    "string": "33",
    "number": "36",
    "comment": "2;3",
    "heading": "1;35",
    "emphasis": "3",
    "strong": "1",
}
_ANY = {
    "file": "1",
    "cell": "1;36",
    "part": "36",
    "faint": "2",
    "note": "33",
    "removed-mark+": "1;31",
    "added-mark+": "1;32",
    "inline-removed": "31;9",
    "inline-added": "32;4",
}
_PLAIN_LINES = {"removed": "31", "added": "32", "removed!": "31;7", "added!": "32;7"}

#: On a dark and a light background of ours: syntax in colours of the 256.
_ON_DARK = {
    "keyword+": "38;5;211",
    "name+": "38;5;229;1",
    "builtin+": "38;5;117",
    "string+": "38;5;186",
    "number+": "38;5;147",
    "comment+": "38;5;248;3",
    "heading+": "38;5;211;1",
    "emphasis+": "3",
    "strong+": "1",
}
_ON_LIGHT = {
    "keyword+": "38;5;90",
    "name+": "38;5;16;1",
    "builtin+": "38;5;25",
    "string+": "38;5;94",
    "number+": "38;5;25",
    "comment+": "38;5;241;3",
    "heading+": "38;5;90;1",
    "emphasis+": "3",
    "strong+": "1",
}
#: (removed, its words, added, its words) as backgrounds.
_BACKGROUNDS = {
    ("256", False): ("48;5;52", "48;5;88", "48;5;22", "48;5;28"),
    ("256", True): ("48;5;224", "48;5;217", "48;5;194", "48;5;157"),
    ("true", False): ("48;2;63;8;12", "48;2;136;23;31", "48;2;4;44;16", "48;2;10;98;38"),
    ("true", True): ("48;2;255;232;230", "48;2;255;192;188", "48;2;222;250;228", "48;2;160;232;176"),
}


def palette(depth: Depth, *, light: bool) -> Palette:
    """Return the palette of a terminal with so many colours, on a light or a (supposedly) dark ground."""
    if depth == "16":
        return _SYNTAX | _ANY | _PLAIN_LINES
    removed, removed_words, added, added_words = _BACKGROUNDS[depth, light]
    foreground = "38;5;235" if light else "38;5;253"
    lines = {
        "removed": f"{foreground};{removed}",
        "added": f"{foreground};{added}",
        "removed!": f"{foreground};{removed_words};1;4",
        "added!": f"{foreground};{added_words};1;4",
    }
    return _SYNTAX | _ANY | (_ON_LIGHT if light else _ON_DARK) | lines
