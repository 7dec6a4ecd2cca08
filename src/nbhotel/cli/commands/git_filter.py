"""`nbhotel git-filter`: what git calls as `filter.nbhotel.process`, once for all files of one command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.filter.cleaning import Filter
    from nbhotel.git.filter.process import Request

#: Bytes; what an ordinary user may ask for (`man 7 pipe`).
_PIPE = 1 << 20

SUMMARY = "clean and smudge the files that git sends (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """It has no options."""


def quick(words: list[str]) -> None:
    """No word, no parser: git waits."""


def run(_: object) -> int:
    """Serve git until it hangs up."""
    import gc

    from nbhotel.cli.filtering import repository_filter, sweep_when_due
    from nbhotel.git.filter.process import serve
    from nbhotel.git.parent import writes_worktree

    gc.disable()  # a short life; nothing here makes cycles
    _widen(0, 1)
    notebooks = repository_filter()
    puts_back = writes_worktree()
    works = {
        "clean": lambda request: _clean(notebooks, request),
        "smudge": lambda request: _smudge(notebooks, request) if puts_back else request.content,
    }
    # Python's own streams have no buffer where PYTHONUNBUFFERED is set, and then may write in part.
    with open(0, "rb", closefd=False) as stdin, open(1, "wb", closefd=False) as stdout:
        try:
            serve(stdin, stdout, works)
        finally:
            notebooks.close()
    sweep_when_due()
    return 0


def _widen(*pipes: int) -> None:
    """Let most notebooks fit into git's pipes, so that it needn't wait for us, nor we for it, in between."""
    from contextlib import suppress

    with suppress(ImportError, AttributeError, OSError):  # Linux only, and where the user's share allows it
        from fcntl import F_SETPIPE_SZ, fcntl

        for pipe in pipes:
            fcntl(pipe, F_SETPIPE_SZ, _PIPE)


def _clean(notebooks: Filter, request: Request) -> bytes:
    return notebooks.clean(os.fsdecode(request.path), request.content)


def _smudge(notebooks: Filter, request: Request) -> bytes:
    return notebooks.smudge(os.fsdecode(request.path), request.content)
