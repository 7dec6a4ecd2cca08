"""The console blocks of a page of the documentation, for tests that run them."""

from __future__ import annotations

import re
from pathlib import Path


def session(page: Path) -> list[tuple[str, str]]:
    """(command, what it prints) of all console blocks, in order."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            steps.append((command, printed.strip("\n")))
    return steps


def pattern(printed: str) -> str:
    """A regular expression of a page's lines, in which … stands for anything."""
    lines = "\n".join(line.rstrip() for line in printed.splitlines())
    return ".*".join(map(re.escape, lines.split("…")))
