"""What a line is made of, and what the terminal that shows it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.render.terminal.palette import Depth


class Look(NamedTuple):
    """What the terminal can do and what its reader asked for.

    `width` is in columns; `context` is the number of unchanged lines around a change; `words` shows changed
    words within one line instead of two lines; `limit` is how many lines of an output are shown (None: all);
    `images` is the protocol for previews: "kitty", "iterm", "sixel" or "none"; `numbers` lists cells with
    nothing but a new prompt number, which are folded otherwise.
    """

    width: int = 80
    depth: Depth = "none"
    light: bool = False
    context: int = 3
    side_by_side: bool = False
    words: bool = False
    limit: int | None = 40
    images: str = "none"
    numbers: bool = False


class Span(NamedTuple):
    """A stretch of a line. `role` is one of the palette's, or SGR parameters (they begin with a digit)."""

    text: str
    role: str = ""
    changed: bool = False


Line: TypeAlias = list[Span]
