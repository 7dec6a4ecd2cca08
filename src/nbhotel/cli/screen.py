"""What the terminal can do: asked of the stream and of the environment, which only the command line reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from nbhotel.render.terminal.spans import Look

if TYPE_CHECKING:
    import argparse

    from nbhotel.render.terminal.palette import Depth

#: From this width on there are two columns, each as wide as most code.
SIDE_BY_SIDE_FROM = 160
#: The width of two columns where nobody says how wide a line may be.
_COLUMNS_IN_A_FILE = 130


def look(args: argparse.Namespace, stream: TextIO, environment: Mapping[str, str]) -> Look:
    """Return how to draw for a stream, with the options that `args` has."""
    terminal = stream.isatty() and not args.out
    columns = _columns(stream, environment) if terminal else 0
    depth = _depth(environment) if has_colours(args.color, terminal, environment) else "none"
    side_by_side = getattr(args, "side_by_side", False)
    if side_by_side is None:
        side_by_side = columns >= SIDE_BY_SIDE_FROM
    return Look(
        width=columns or _given(environment) or (_COLUMNS_IN_A_FILE if side_by_side else 80),
        depth=depth,
        light=_is_light(environment),
        context=getattr(args, "context", 3),
        side_by_side=side_by_side,
        words=getattr(args, "color_words", False),
        limit=None if args.full else Look().limit,
        images=_protocol(args.images, environment) if terminal or args.images != "auto" else "none",
        numbers=args.details is True,
    )


def has_colours(choice: str, terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether to use colours: as asked, else on a terminal, unless NO_COLOR is set (no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def _columns(stream: TextIO, environment: Mapping[str, str]) -> int:
    given = _given(environment)
    if given:
        return given
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def _given(environment: Mapping[str, str]) -> int:
    given = environment.get("COLUMNS", "")
    return int(given) if given.isdecimal() and len(given) < 5 else 0


def _depth(environment: Mapping[str, str]) -> Depth:
    if environment.get("COLORTERM") in {"truecolor", "24bit"}:
        return "true"
    return "256" if "256" in environment.get("TERM", "") else "16"


def _is_light(environment: Mapping[str, str]) -> bool:
    """COLORFGBG, which some terminals set, ends with the background's colour: 7 and 15 are white."""
    return environment.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}


def _protocol(choice: str, environment: Mapping[str, str]) -> str:
    if choice != "auto":
        return choice
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "").lower()
    if environment.get("TMUX") or term.startswith("screen"):  # they would swallow it
        return "none"
    if "KITTY_WINDOW_ID" in environment or "kitty" in term or "ghostty" in (term + program):
        return "kitty"
    if program in {"iterm.app", "wezterm", "mintty"}:
        return "iterm"
    return "sixel" if "sixel" in term or term.startswith(("foot", "mlterm")) else "none"
