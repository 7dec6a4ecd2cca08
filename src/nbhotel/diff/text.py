"""Texts by line, and lines by word."""

from __future__ import annotations

import re

from nbhotel.diff.sequence import ops
from nbhotel.diff.slide import slid
from nbhotel.diff.values import Op, TextDiff
from nbhotel.records import NamedTuple

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: Beyond this many characters a replaced block is not compared by word.
_WORDS_UP_TO = 20_000


class Segment(NamedTuple):
    """A stretch of one line, and whether it changed."""

    text: str
    changed: bool


def diff_text(old: str, new: str) -> TextDiff | None:
    """Compare two texts by line; None if they are the same."""
    if old == new:
        return None
    a, b = tuple(old.split("\n")), tuple(new.split("\n"))
    return TextDiff(a, b, slid(ops(a, b), a, b))


def apply_text(diff: TextDiff, old: str) -> str:
    """Make the new text from the old one. Raises ValueError if the diff is not about `old`."""
    lines, result = old.split("\n"), list[str]()
    for op in diff.ops:
        if op.tag == "equal":
            result += lines[op.i1 : op.i2]
        elif tuple(lines[op.i1 : op.i2]) != diff.old[op.i1 : op.i2]:
            raise ValueError("the text is not the one that was compared")
        else:
            result += diff.new[op.j1 : op.j2]
    return "\n".join(result)


def words(diff: TextDiff, op: Op) -> tuple[list[list[Segment]], list[list[Segment]]] | None:
    """Compare a replaced block by word: for each old line and each new line its segments.

    None where words would not help: the two blocks have little in common, or are huge.
    """
    old, new = "\n".join(diff.old[op.i1 : op.i2]), "\n".join(diff.new[op.j1 : op.j2])
    if op.tag != "replace" or len(old) + len(new) > _WORDS_UP_TO:
        return None
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    word_ops = ops(a, b)
    kept = sum(len("".join(a[each.i1 : each.i2]).strip()) for each in word_ops if each.tag == "equal")
    if kept * 4 < min(len(old), len(new)):
        return None
    old_side = [("".join(a[each.i1 : each.i2]), each.tag != "equal") for each in word_ops]
    new_side = [("".join(b[each.j1 : each.j2]), each.tag != "equal") for each in word_ops]
    return _by_line(old_side), _by_line(new_side)


def _by_line(stretches: list[tuple[str, bool]]) -> list[list[Segment]]:
    lines: list[list[Segment]] = [[]]
    for text, changed in stretches:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append(Segment(part, changed))
    return lines
