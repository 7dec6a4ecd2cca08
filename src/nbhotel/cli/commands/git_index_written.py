"""`nbhotel git-index-written`: what git calls as its hook `post-index-change`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "keep notebooks of which only outputs changed from looking modified (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Git passes two flags, about which nothing needs to be known."""
    parser.add_argument("flags", nargs="*", metavar="FLAG", help="what git passes to the hook")


def quick(words: list[str]) -> None:
    """The flags don't matter, and git waits."""


def run(_: object) -> int:
    """Have git look at the contents of recent notebooks."""
    from nbhotel.git.dirt import look_at_contents

    look_at_contents(os.getcwd(), os.environ)  # noqa: PTH109 - pathlib costs a tenth of the start
    return 0
