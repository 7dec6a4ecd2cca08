"""Questions at a terminal, or over a pipe that holds the answers line by line."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from nbhotel.cli import pager


class Terminal:
    """Standard output and standard input."""

    def say(self, lines: Iterable[str]) -> None:
        """Write lines."""
        pager.write(lines)

    def ask(self, question: str) -> str | None:
        """Write a question and return the line that is answered; None if there are no more."""
        sys.stdout.write(question)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            sys.stdout.write("\n")
        return line.removesuffix("\n") if line else None
