"""`nbhotel git-smudge PATH`: what git calls as `filter.nbhotel.smudge`, if it knows no filter process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "smudge one file from standard input to standard output (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the path."""
    parser.add_argument("path", metavar="PATH", help="the file's path below the top of the worktree")


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of git's word: a path may begin with a dash."""
    from types import SimpleNamespace

    from nbhotel.errors import UsageError

    if len(words) != 1:
        raise UsageError("git gives one path")
    return SimpleNamespace(path=words[0])  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Write the file's other form."""
    from nbhotel.cli.filtering import repository_filter
    from nbhotel.git.parent import writes_worktree

    content = sys.stdin.buffer.read()
    if writes_worktree():
        notebooks = repository_filter()
        try:
            content = notebooks.smudge(args.path, content)
        finally:
            notebooks.close()
    sys.stdout.buffer.write(content)
    return 0
