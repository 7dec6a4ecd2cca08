"""Write the reference of the command line from its parsers: `cli_reference.py FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from nbhotel.cli.main import VERBS, command_parser, full_parser

HEAD = """# The command line

<!-- Generated from the parsers by `make docs`; a test fails when this page is stale. -->

{description} `nbhotel VERB --help` tells the same.

Exit codes: 0 fine; 1 the answer is "no"; 2 wrong usage, settings or state, told in one line; 3 a defect of
nbhotel's own, with a report to paste; 130 interrupted.
"""


def reference() -> str:
    """The whole page as Markdown."""
    top = full_parser()
    parts = [HEAD.format(description=top.description)]
    for verb in VERBS:
        parts += _section(command_parser(verb), level=2)
    return "\n".join(parts)


def _section(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{parser.prog}`\n"
    yield f"{_sentence(parser.description or '')}\n"
    actions = [action for action in parser._actions if action.help is not argparse.SUPPRESS]
    rows = [_row(action) for action in actions if not _is_help(action) and not _verbs(action)]
    if rows:
        yield "\n".join(rows) + "\n"
    for action in actions:
        for verb in _verbs(action).values():
            yield from _section(verb, level + 1)


def _row(action: argparse.Action) -> str:
    text = (action.help or "") % {**vars(action), "prog": "nbhotel"}
    return f"- `{_spelling(action)}`: {text}"


def _spelling(action: argparse.Action) -> str:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.choices is not None and action.metavar is None:
        metavar = "{" + ",".join(str(choice) for choice in action.choices) + "}"
    if not action.option_strings:
        return {"*": f"[{metavar} ...]", "+": f"{metavar} ...", "?": f"[{metavar}]"}.get(
            str(action.nargs), metavar
        )
    if action.nargs == 0:
        return ", ".join(action.option_strings)
    if action.metavar is None and action.choices is None:
        metavar = metavar.upper()
    return f"{', '.join(action.option_strings)} {metavar}"


def _verbs(action: argparse.Action) -> dict[str, argparse.ArgumentParser]:
    if isinstance(action, argparse._SubParsersAction):
        return dict(action.choices)
    return {}


def _is_help(action: argparse.Action) -> bool:
    return isinstance(action, argparse._HelpAction)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
