"""Questions at a terminal, or over a pipe that holds the answers line by line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Protocol

from nbhotel.cli import pager


class Console(Protocol):
    """Where questions are asked. `ask` returns a line without its end, None when there are no more."""

    def say(self, lines: Iterable[str]) -> None: ...

    def ask(self, question: str) -> str | None: ...


def can_ask() -> bool:
    """Whether somebody sits at a terminal to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


class Terminal:
    """Standard output and standard input."""

    def say(self, lines: Iterable[str]) -> None:
        """Write lines."""
        pager.write(lines)

    def ask(self, question: str) -> str | None:
        """Write a question and return the line that is answered; None if there are no more."""
        sys.stdout.write(question)
        sys.stdout.flush()
        line = sys.stdin.buffer.readline() if sys.stdin is not None else b""
        if not can_ask():
            sys.stdout.write("\n")
        return line.decode("utf-8", "replace").removesuffix("\n") if line else None
