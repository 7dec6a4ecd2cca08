"""Sources in the colours of their language, by Pygments, which is imported only where there are colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from nbhotel.render.terminal.brush import Brush, Line, Span
from nbhotel.render.terminal.texts import Ink, plain

if TYPE_CHECKING:
    from pygments.lexer import Lexer

#: Sources with more characters stay without syntax: some lexers are slow.
_UP_TO = 100_000
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
_ROLES = {
    "Keyword": "keyword",
    "Operator.Word": "keyword",
    "Name.Builtin": "builtin",
    "Name.Class": "name",
    "Name.Decorator": "keyword",
    "Name.Function": "name",
    "Name.Tag": "keyword",
    "Literal.String": "string",
    "Literal.Number": "number",
    "Comment": "comment",
    "Generic.Heading": "heading",
    "Generic.Subheading": "heading",
    "Generic.Emph": "emphasis",
    "Generic.Strong": "strong",
}


def source_ink(lines: Sequence[str], language: str, brush: Brush) -> Ink:
    """Return the ink for a cell's source in `language` (a name that Pygments knows, or anything)."""
    if not brush.palette or not language:
        return plain(lines)
    styled = _styled(lines, language)
    return plain(lines) if styled is None else styled.__getitem__


def language_of(kind: str, source: str, language: str) -> str:
    """Return the language of a cell of a notebook in `language`: by its kind or its cell magic."""
    if kind == "markdown":
        return "markdown"
    if kind != "code":
        return ""
    if source.startswith("%%"):
        return _MAGICS.get(source[2:].split(None, 1)[0] if source[2:].strip() else "", language)
    return language


def _styled(lines: Sequence[str], language: str) -> list[Line] | None:
    text = "\n".join(lines)
    lexer = _lexer(language) if len(text) <= _UP_TO else None
    if lexer is None:
        return None
    result: list[Line] = [[]]
    for _, token, value in lexer.get_tokens_unprocessed(text):
        role = _role(token)
        for index, part in enumerate(value.split("\n")):
            if index:
                result.append([])
            if part:
                result[-1].append(Span(part, role))
    same = ["".join(span.text for span in line) for line in result] == list(lines)
    return result if same else None


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ImportError:
        return None
    try:
        return get_lexer_by_name({"ipython": "python"}.get(language, language))
    except ClassNotFound:
        return None


@cache
def _role(token: Any) -> str:
    names = str(token).split(".")[1:]
    for length in range(len(names), 0, -1):
        role = _ROLES.get(".".join(names[:length]))
        if role:
            return role
    return ""
