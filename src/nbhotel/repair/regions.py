"""Conflict markers between the lines of a file's JSON, and the sides that stand between them."""

from __future__ import annotations

import re
from typing import TypeAlias

from nbhotel.merge.values import Labels
from nbhotel.records import NamedTuple

_MARKER = re.compile(r"[ \t]*(<{7,}|\|{7,}|={7,}|>{7,})(?: (.*))?[ \t]*")


#: git nests conflicts where it merges several common ancestors; nobody has seen more than two levels.
_DEEPEST = 20


class _Region:
    """One conflict; sides hold lines and conflicts within them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sides: dict[str, _Lines] = {"<": []}
        self.side = "<"

    @property
    def lines(self) -> _Lines:
        return self.sides[self.side]


_Lines: TypeAlias = list["str | _Region"]


class Sides(NamedTuple):
    """What the sides of all conflicts come to, as texts; `base` is None if it doesn't stand there.

    `number` is how many there are.
    """

    ours: str
    base: str | None
    theirs: str
    number: int


class Marked(NamedTuple):
    """A text with markers: the first one's line (from 1), all other lines, and the sides' names.

    `sides` is None if the markers don't belong together.
    """

    line: int
    rest: str
    labels: Labels
    sides: Sides | None


def marked(text: str) -> Marked | None:
    """Read a text that is no JSON; None if no marker stands on a line of its own."""
    if not any(sign in text for sign in ("<<<<<<<", ">>>>>>>", "=======", "|||||||")):
        return None
    lines = text.split("\n")
    found = [(place, match) for place, line in enumerate(lines) if (match := _MARKER.fullmatch(line))]
    if not any(match[1][0] in "<>" for _, match in found):
        return None
    places = {place for place, _ in found}
    rest = "\n".join(line for place, line in enumerate(lines) if place not in places)
    names = {match[1][0]: match[2].strip() for _, match in reversed(found) if match[2]}
    labels = Labels(names.get("<", "ours"), names.get("|", "base"), names.get(">", "theirs"))
    tree = _tree(lines, dict(found))
    return Marked(found[0][0] + 1, rest, labels, None if tree is None else _sides(tree))


def _tree(lines: list[str], markers: dict[int, re.Match[str]]) -> _Lines | None:
    """Return lines and conflicts; None if the markers don't belong together."""
    top: _Lines = []
    open_: list[_Region] = []
    for place, line in enumerate(lines):
        here = open_[-1].lines if open_ else top
        marker = markers.get(place)
        if marker is None:
            here.append(line)
            continue
        sign, size = marker[1][0], len(marker[1])
        if sign == "<" and len(open_) < _DEEPEST:
            region = _Region(size)
            here.append(region)
            open_.append(region)
        elif not open_ or open_[-1].size != size or not _follows(sign, open_[-1]):
            return None
        elif sign == ">":
            open_.pop()
        else:
            open_[-1].side = sign
            open_[-1].sides[sign] = []
    return None if open_ else top


def _follows(sign: str, region: _Region) -> bool:
    return sign in {"<": "|=", "|": "=", "=": ">"}[region.side]


def _sides(tree: _Lines) -> Sides:
    regions = [each for each in tree if isinstance(each, _Region)]
    with_base = all("|" in region.sides for region in regions)
    return Sides(
        ours=_chosen(tree, "<"),
        base=_chosen(tree, "|") if with_base else None,
        theirs=_chosen(tree, "="),
        number=len(regions),
    )


def _chosen(tree: _Lines, sign: str) -> str:
    """Return the text with this side of each conflict, and of those within it, or else their first."""
    parts: list[str] = []
    for each in tree:
        if isinstance(each, str):
            parts.append(each)
        else:
            inner = each.sides.get(sign, each.sides["<"])
            if inner:
                parts.append(_chosen(inner, sign))
    return "\n".join(parts)
