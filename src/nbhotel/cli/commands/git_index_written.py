"""`nbhotel git-index-written`: what git calls as its hooks `post-index-change` and `post-commit`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "keep notebooks of which only outputs changed from looking modified (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add git's two flags: whether the worktree was updated, and whether files were left out of it."""
    parser.add_argument("flags", nargs="*", metavar="FLAG", help="what git passes to the hook")


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of git's flags: git waits."""
    from types import SimpleNamespace

    return SimpleNamespace(flags=words)  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Have git look at the contents of recent notebooks, unless that would be in its way just now."""
    from nbhotel.git.filter.dirt import look_at_contents, look_at_sizes
    from nbhotel.git.filter.steps import is_under_way
    from nbhotel.git.parent import git_commands
    from nbhotel.git.places import git_dir

    top = os.getcwd()  # noqa: PTH109 - pathlib costs a tenth of the start
    commands = git_commands()
    updated = args.flags[0] == "1" if args.flags else None
    if commands and commands[0].name == "sparse-checkout":
        look_at_sizes(top, os.environ)
    elif not is_under_way(commands, git_dir(top, os.environ), updated=updated):
        look_at_contents(top, os.environ)
    return 0
