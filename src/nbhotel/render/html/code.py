"""Source code coloured by Pygments, in the few classes that the style sheet knows."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from nbhotel.render.html.tokens import Token, Tokenise, by_line, plain

if TYPE_CHECKING:
    from pygments.lexer import Lexer

#: Longer texts are not coloured: a lexer of regular expressions may need quadratic time.
_COLOURED_UP_TO = 50_000
_CELL_MAGIC = re.compile(r"%%(\w+)")
#: The first of Pygments' kinds of tokens that a token is in -> class.
_CLASSES = (
    ("Token.Comment", "c"),
    ("Token.Literal.String", "s"),
    ("Token.Literal.Number", "m"),
    ("Token.Literal", "s"),
    ("Token.Keyword", "k"),
    ("Token.Operator.Word", "k"),
    ("Token.Name.Function", "f"),
    ("Token.Name.Class", "f"),
    ("Token.Name.Decorator", "d"),
    ("Token.Name.Builtin", "b"),
    ("Token.Name.Tag", "k"),
    ("Token.Name.Attribute", "b"),
    ("Token.Generic.Heading", "f"),
    ("Token.Generic.Subheading", "f"),
    ("Token.Generic.Strong", "f"),
    ("Token.Generic.Emph", "s"),
)
#: All classes, for the sanitiser.
CLASSES = frozenset(kind for _, kind in _CLASSES)


def coloured(language: str) -> Tokenise:
    """Return the tokeniser of a language by its name ("python", "markdown"); unknown ones stay plain."""

    def tokenise(lines: Sequence[str]) -> Sequence[Sequence[Token]]:
        lexer = _lexer(_named(lines, language))
        if lexer is None or sum(map(len, lines)) > _COLOURED_UP_TO:
            return plain(lines)
        tokens = by_line(_tokens(lexer, "\n".join(lines)))
        return tokens if len(tokens) == len(lines) else plain(lines)

    return tokenise


def _named(lines: Sequence[str], language: str) -> str:
    """A cell magic (`%%bash`) names another language, if Pygments knows it."""
    magic = _CELL_MAGIC.match(lines[0]) if lines else None
    return magic[1] if magic and _lexer(magic[1]) else language


@lru_cache(maxsize=32)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    known = {"ipython": "python", "ipython3": "python", "c++": "cpp"}
    try:
        return get_lexer_by_name(known.get(language, language))
    except ClassNotFound:
        return None


def _tokens(lexer: Lexer, text: str) -> Iterator[Token]:
    # get_tokens would normalise line ends, and the lines would no longer be the notebook's.
    for _, kind, value in lexer.get_tokens_unprocessed(text):
        yield _class(kind), value


@lru_cache(maxsize=512)
def _class(kind: Hashable) -> str:
    """Return the class of a kind of token; it writes itself as "Token.Name.Function"."""
    return next((name for prefix, name in _CLASSES if f"{kind}.".startswith(f"{prefix}.")), "")
