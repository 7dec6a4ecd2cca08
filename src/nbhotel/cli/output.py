"""What `diff` and `show` made, to where their options send it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nbhotel.cli import pager

if TYPE_CHECKING:
    import argparse


def write_lines(
    lines: Iterable[str], args: argparse.Namespace, *, previews: bool, at_once: bool = False
) -> None:
    """Write lines for a terminal: to --out's file, or through a pager if there is a terminal.

    `previews` says that there may be images among them, which no pager can show; `at_once` that each is to be
    seen when it comes.
    """
    if args.out:
        from nbhotel.cli.emit import joined, save

        save(joined(lines), args.out)
    elif args.pager and sys.stdout.isatty():
        lines = list(lines) if previews else lines
        show = pager.write if isinstance(lines, list) and _has_images(lines) else pager.page
        show(lines, at_once=at_once)
    else:
        pager.write(lines, at_once=at_once)


def _has_images(lines: list[str]) -> bool:
    """Images come in escape sequences (ESC _, ESC P, ESC ]), colours in ESC [."""
    return any("\x1b" in line.replace("\x1b[", "") for line in lines)


def write_text(text: str, args: argparse.Namespace) -> None:
    """Write a whole text: to --out's file, to the browser, to standard output."""
    if args.out or args.web:
        from nbhotel.cli.emit import browse, cache_folder, save

        if args.out:
            save(text, args.out)
        if args.web:
            browse(text, cache_folder())
    elif text:
        pager.write([text.removesuffix("\n")])
