"""The language that a cell is in."""

from __future__ import annotations

#: A cell's first line -> its language.
_MAGICS = {
    "bash": "bash",
    "sh": "bash",
    "script": "bash",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "latex": "latex",
    "markdown": "markdown",
    "perl": "perl",
    "R": "r",
    "ruby": "ruby",
    "sql": "sql",
    "svg": "xml",
}


def language_of(kind: str, source: str, language: str) -> str:
    """Return the language of a cell of a notebook in `language`: by its kind or its cell magic."""
    if kind == "markdown":
        return "markdown"
    if kind != "code":
        return ""
    if source.startswith("%%"):
        return _MAGICS.get(source[2:].split(None, 1)[0] if source[2:].strip() else "", language)
    return language
