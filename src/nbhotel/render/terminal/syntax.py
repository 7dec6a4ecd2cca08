"""Sources in the colours of their language, by Pygments, which is imported only where there are colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from nbhotel.render.terminal.spans import Line, Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

#: Sources with more characters stay without syntax: some lexers are slow.
_UP_TO = 100_000
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


def styled(lines: Sequence[str], language: str) -> list[Line] | None:
    """Style a source in `language`; None if Pygments does not know it, or the source is long."""
    text = "\n".join(lines) + "\n"  # some lexers know a last line only by its end
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
    result.pop()
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
