"""Texts compared by line and by word, beside each other; and texts as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from nbhotel.diff.text import words
from nbhotel.diff.values import Op, TextDiff
from nbhotel.render.html.tags import count, fold, note
from nbhotel.render.html.tokens import LINE_UP_TO, Token, Tokenise, painted, plain

#: Unchanged lines shown around changes.
CONTEXT = 3
#: One text is shown up to this many lines and, about, characters; a fold of unchanged lines to a quarter.
LINES_UP_TO = 2_000
CHARACTERS_UP_TO = 200_000
#: Longer texts are tokenised line by line, without what one line means for the next.
_WHOLE_UP_TO = 500_000

_ELEMENTS = {"": "span", "-": "del", "+": "ins"}
_TokensAt = Callable[[int], Sequence[Token]]
_Stretch = tuple[str, bool]


def listing(
    text: str, tokenise: Tokenise = plain, *, sign: str = "", label: str = "", kind: str = "code"
) -> str:
    """A whole text with numbered lines; `sign` is "+" or "-" if all of it was added or removed."""
    lines = numbered_lines(text, tokenise, sign=sign)
    name = f' aria-label="{label}"' if label else ""
    rest = _rest(text.count("\n") + 1 - len(lines))
    return f'<pre class="listing {kind}"{name}><code>{"".join(lines)}</code></pre>\n{rest}'


def numbered_lines(text: str, tokenise: Tokenise = plain, *, sign: str = "") -> list[str]:
    """The lines of a text with their numbers, one by one; of a long text as many as may be shown."""
    lines = text.split("\n")
    shown = _fitting(lines)
    at = _tokens_at(lines[:shown], tokenise)
    return [_line(sign, number + 1, at(number)) for number in range(shown)]


def text_diff(diff: TextDiff, tokenise: Tokenise = plain, *, kind: str = "code") -> str:
    """A comparison: changed lines with their surroundings, what is unchanged folded.

    `kind` is "code" or "prose"; lines of prose are not broken within words.
    """
    parts = "".join(_Sheet(diff, tokenise).parts())
    return f'<div class="diff {kind}" role="group" aria-label="Changes by line">\n{parts}</div>\n'


def _fitting(lines: Sequence[str]) -> int:
    """How many lines may be shown."""
    left = CHARACTERS_UP_TO
    for number, line in enumerate(lines[:LINES_UP_TO]):
        left -= min(len(line), LINE_UP_TO)
        if left < 0:
            return number
    return min(len(lines), LINES_UP_TO)


def _rest(lines: int) -> str:
    return note(f"{count(lines, 'more line')} not shown.") if lines else ""


def _tokens_at(lines: Sequence[str], tokenise: Tokenise) -> _TokensAt:
    if sum(map(len, lines)) > _WHOLE_UP_TO:
        return lambda number: tokenise([lines[number]])[0]
    tokens = tokenise(lines)
    return lambda number: tokens[number]


def _line(
    sign: str, number: int, tokens: Sequence[Token], stretches: Sequence[_Stretch] | None = None
) -> str:
    element = _ELEMENTS[sign]
    return f'<{element} class="l" data-n="{number}">{painted(tokens, stretches)}</{element}>'


class _Sheet:
    """One comparison on its way to markup; knows how much of it was shown."""

    def __init__(self, diff: TextDiff, tokenise: Tokenise) -> None:
        self._diff = diff
        self._old = _tokens_at(diff.old, tokenise)
        self._new = _tokens_at(diff.new, tokenise)
        self._lines = LINES_UP_TO
        self._characters = CHARACTERS_UP_TO

    def parts(self) -> Iterator[str]:
        for op in self._diff.ops:
            if self._lines <= 0 or self._characters <= 0:
                yield note("The rest of this comparison is not shown: it is too long.")
                return
            yield from self._unchanged(op) if op.tag == "equal" else self._changed(op)

    def _unchanged(self, op: Op) -> Iterator[str]:
        """Context behind the change before and in front of the change after; what is between is folded."""
        length = op.i2 - op.i1
        at_end = op.i2 == len(self._diff.old) and op.j2 == len(self._diff.new)
        length -= at_end and not self._diff.new[-1]  # what follows the last newline is no line
        head = CONTEXT if op.i1 or op.j1 else 0
        tail = 0 if at_end else CONTEXT
        if length <= head + tail + 1:
            yield self._same(op, 0, length)
            return
        yield self._same(op, 0, head)
        shown = min(length - head - tail, LINES_UP_TO // 4)
        yield fold(
            f"{count(length - head - tail, 'unchanged line')}",
            self._same(op, head, head + shown) + _rest(length - head - tail - shown),
        )
        yield self._same(op, length - tail, length)

    def _same(self, op: Op, start: int, stop: int) -> str:
        if start == stop:
            return ""
        tokens = [self._new(op.j1 + place) for place in range(start, stop)]
        old = "".join(_line("", op.i1 + start + k + 1, each) for k, each in enumerate(tokens))
        new = "".join(_line("", op.j1 + start + k + 1, each) for k, each in enumerate(tokens))
        # Both columns hold the same: one of them is enough for a screen reader, and on a phone.
        return (
            f'<div class="op same"><div class="old" aria-hidden="true">{old}</div>'
            f'<div class="new">{new}</div></div>\n'
        )

    def _changed(self, op: Op) -> Iterator[str]:
        by_word = words(self._diff, op) or (None, None)
        old = self._side("-", self._diff.old, range(op.i1, op.i2), self._old, by_word[0])
        new = self._side("+", self._diff.new, range(op.j1, op.j2), self._new, by_word[1])
        yield f'<div class="op"><div class="old">{old}</div><div class="new">{new}</div></div>\n'

    def _side(
        self,
        sign: str,
        lines: Sequence[str],
        places: range,
        at: _TokensAt,
        by_word: Sequence[Sequence[_Stretch]] | None,
    ) -> str:
        shown = []
        for number in places:
            if self._lines <= 0 or self._characters <= 0:
                shown.append(_rest(places.stop - number))
                break
            self._lines -= 1
            self._characters -= min(len(lines[number]), LINE_UP_TO)
            shown.append(
                _line(sign, number + 1, at(number), by_word[number - places.start] if by_word else None)
            )
        return "".join(shown)
