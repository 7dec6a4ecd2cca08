"""A comment as sections, items and parts: what can be left out, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from nbhotel.records import NamedTuple


class Stage(IntEnum):
    """When something is left out: the least important first."""

    OUTPUT_TEXT = 0
    OUTPUTS = 1
    METADATA = 2
    MOVED = 3
    CONTEXT = 4
    SOURCE = 5


class Part(NamedTuple):
    """One block in `versions` from the fullest to the shortest; at `stages[k]` version k is given up.

    Each version is Markdown that ends with a blank line; behind the last one comes nothing.
    """

    versions: tuple[str, ...]
    stages: tuple[Stage, ...]


class Item(NamedTuple):
    """What changed in one place: a title (HTML, one line), and the parts that unfold below it."""

    title: str
    parts: tuple[Part, ...] = ()


class Section(NamedTuple):
    """One comparison: its heading and summary, and its items."""

    head: str
    items: tuple[Item, ...] = ()


def part(stage: Stage, text: str) -> Part:
    """Return a part that is shown whole or not at all."""
    return Part((text,), (stage,))


def item_text(title: str, texts: Sequence[str]) -> str:
    """Return an item, folded if there is anything to fold. Blank lines part HTML from Markdown."""
    body = "".join(texts)
    if not body:
        return f"<p>{title}</p>\n\n"
    return f"<details><summary>{title}</summary>\n\n{body}</details>\n\n"
