"""Lines of text as tokens, and tokens with marks as markup.

A token is (class, text); the class is one of the style sheet's, "" for none, or None for characters that are
not shown (an escape sequence). The texts of a line's tokens are the line, so that marks of changed words,
which know only the line, can be laid over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from nbhotel.render.html.tags import esc

Token: TypeAlias = tuple[str | None, str]
#: From a text's lines to the tokens of each.
Tokenise: TypeAlias = Callable[[Sequence[str]], Sequence[Sequence[Token]]]

#: Lines are shown up to this many characters.
LINE_UP_TO = 2_000


def plain(lines: Sequence[str]) -> Sequence[Sequence[Token]]:
    """Tokens of lines that have no syntax."""
    return [[("", line)] for line in lines]


def by_line(tokens: Iterable[Token]) -> list[list[Token]]:
    """Cut a text's tokens at newlines."""
    lines: list[list[Token]] = [[]]
    for kind, text in tokens:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append((kind, part))
    return lines


def painted(tokens: Sequence[Token], words: Sequence[tuple[str, bool]] | None = None) -> str:
    """Return a line's markup; `words` are its stretches and whether they changed."""
    if words is None:
        return _spans(_seen(_cut(tokens)))
    return "".join(
        _marked(run) if changed else _spans(run) for changed, run in _runs(_cut(tokens), words) if run
    )


def _spans(run: Iterable[Token]) -> str:
    return "".join(f'<span class="{kind}">{esc(text)}</span>' if kind else esc(text) for kind, text in run)


def _marked(run: list[Token]) -> str:
    """A changed stretch. White space in front of it gets a class: no line through an indentation."""
    blanks: list[Token] = []
    while run and (bare := run[0][1].lstrip()) != run[0][1]:
        kind, text = run.pop(0)
        blanks.append((kind, text[: len(text) - len(bare)]))
        if bare:
            run.insert(0, (kind, bare))
    white = f'<mark class="white">{_spans(blanks)}</mark>' if blanks else ""
    return white + (f"<mark>{_spans(run)}</mark>" if run else "")


def _seen(tokens: Iterable[Token]) -> list[Token]:
    return [(kind, text) for kind, text in tokens if kind is not None]


def _cut(tokens: Sequence[Token]) -> Iterator[Token]:
    """Stop at the length up to which lines are shown."""
    left = LINE_UP_TO
    for kind, text in tokens:
        if kind is None:
            yield kind, text
        elif len(text) <= left:
            left -= len(text)
            yield kind, text
        else:
            yield kind, text[:left]
            yield "cut", f"… {len(text) - left:,} more characters"
            return


def _runs(
    tokens: Iterable[Token], stretches: Sequence[tuple[str, bool]]
) -> Iterator[tuple[bool, list[Token]]]:
    """Walk through both at once: for each stretch its tokens, cut at its ends; no token is lost."""
    waiting = list(tokens)[::-1]
    for text, changed in stretches:
        run: list[Token] = []
        left = len(text)
        while waiting and left:
            kind, part = waiting.pop()
            if len(part) > left:
                waiting.append((kind, part[left:]))
                part = part[:left]
            left -= len(part)
            if kind is not None:
                run.append((kind, part))
        yield changed, run
    yield False, _seen(waiting[::-1])
