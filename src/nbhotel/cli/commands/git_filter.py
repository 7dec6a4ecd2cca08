"""`nbhotel git-filter`: what git calls as `filter.nbhotel.process`, once for all files of one command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.filter.ahead import Ahead
    from nbhotel.git.filter.cleaning import Cleaned, Filter
    from nbhotel.git.filter.process import Request

#: What is cleaned here before it is worth while to load and start what cleans ahead: so many files, of which
#: one that the vault doesn't know yet counts for as many as it takes longer. The hook alone has git ask for
#: some dozens that it knows.
_FIRST, _UNKNOWN = 100, 16

SUMMARY = "clean and smudge the files that git sends (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """It has no options."""


def quick(words: list[str]) -> None:
    """No word, no parser: git waits."""


def run(_: object) -> int:
    """Serve git until it hangs up."""
    import gc

    from nbhotel.cli.filtering import here, repository_filter, sweep_when_due
    from nbhotel.git.filter.process import serve, widen
    from nbhotel.git.parent import writes_worktree

    gc.disable()  # a short life; nothing here makes cycles
    widen(0, 1)
    top = here()
    notebooks = repository_filter(top)
    ahead = _Ahead(top)
    puts_back = writes_worktree()
    works = {
        "clean": lambda request: _clean(notebooks, ahead, request),
        "smudge": lambda request: _smudge(notebooks, request) if puts_back else request.content,
    }
    # Python's own streams have no buffer where PYTHONUNBUFFERED is set, and then may write in part.
    with open(0, "rb", closefd=False) as stdin, open(1, "wb", closefd=False) as stdout:
        try:
            serve(stdin, stdout, works)
        finally:
            ahead.close()
            notebooks.close()
    sweep_when_due()
    return 0


class _Ahead:
    """`nbhotel.git.filter.ahead`, once there are files enough."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._cleaned = 0
        self._ahead: Ahead | None = None

    def cleaned(self, path: str, content: bytes) -> Cleaned | None:
        if self._cleaned < _FIRST:
            return None
        if self._ahead is None:
            from nbhotel.cli.filtering import cleaning_ahead
            from nbhotel.git.filter.ahead import Ahead

            self._ahead = Ahead(self._top, lambda: cleaning_ahead(self._top))
        return self._ahead.cleaned(path, content)

    def count(self, cleaned: Cleaned) -> None:
        """Take note of a file that was cleaned."""
        self._cleaned += _UNKNOWN if cleaned.step == "put" else 1

    def close(self) -> None:
        if self._ahead:
            self._ahead.close()


def _clean(notebooks: Filter, ahead: _Ahead, request: Request) -> bytes:
    path = os.fsdecode(request.path)
    found = ahead.cleaned(path, request.content) if notebooks.has_vault else None
    cleaned = found or notebooks.cleaned(path, request.content)
    ahead.count(cleaned)
    return notebooks.clean(path, request.content, cleaned)


def _smudge(notebooks: Filter, request: Request) -> bytes:
    return notebooks.smudge(os.fsdecode(request.path), request.content)
