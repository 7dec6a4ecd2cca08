"""`nbhotel VERB …`: a table of verbs, each a module that is imported only when it is asked for."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from nbhotel import __version__
from nbhotel.cli.boundary import guard
from nbhotel.errors import UsageError

#: verb -> module with SUMMARY, configure(parser) and run(args)
VERBS: dict[str, str] = {
    "up": "nbhotel.cli.commands.up",
    "down": "nbhotel.cli.commands.down",
    "status": "nbhotel.cli.commands.status",
    "logs": "nbhotel.cli.commands.logs",
    "doctor": "nbhotel.cli.commands.doctor",
    "users": "nbhotel.cli.commands.users",
    "config": "nbhotel.cli.commands.config",
    "service": "nbhotel.cli.commands.service",
    "completion": "nbhotel.cli.commands.completion",
}

DESCRIPTION = "A hotel for notebooks: many people, one machine, one address."
EPILOG = "`nbhotel VERB --help` tells more about a verb."


class Command(Protocol):
    """What each module of `nbhotel.cli.commands` gives."""

    SUMMARY: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


class Parser(argparse.ArgumentParser):
    """argparse whose complaints are UsageErrors (one line) instead of a usage dump and an exit."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=f"see `{self.prog} --help`")


def load_command(verb: str) -> Command:
    """Import one verb's module."""
    return cast(Command, import_module(VERBS[verb]))


def command_parser(verb: str) -> argparse.ArgumentParser:
    """The parser of one verb, as `nbhotel VERB --help` shows it."""
    command = load_command(verb)
    parser = Parser(prog=f"nbhotel {verb}", description=command.SUMMARY, allow_abbrev=False)
    command.configure(parser)
    return parser


def full_parser() -> argparse.ArgumentParser:
    """The parser of the whole program with every verb loaded: for `--help`, completion and the reference."""
    parser = _top_parser()
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", parser_class=Parser)
    for verb in VERBS:
        command = load_command(verb)
        summary = command.SUMMARY
        command.configure(verbs.add_parser(verb, help=summary, description=summary, allow_abbrev=False))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (default: the process's arguments) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    verb = next((word for word in arguments if not word.startswith("-")), "")
    return guard(lambda: _dispatch(arguments), verb if verb in VERBS else "none")


def _top_parser() -> Parser:
    parser = Parser(prog="nbhotel", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"nbhotel {__version__}")
    return parser


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        full_parser().print_help(sys.stderr)
        return 2
    first, *rest = arguments
    if first in VERBS:
        return _run(first, rest)
    if first.startswith("-"):
        return _top_option(arguments)
    raise _unknown_verb(first)


def _run(verb: str, arguments: list[str]) -> int:
    try:
        args = command_parser(verb).parse_args(arguments)
    except SystemExit as leaving:  # --help has printed what was asked for
        return _exit_code(leaving)
    return load_command(verb).run(args)


def _top_option(arguments: list[str]) -> int:
    # --help shows every verb's summary, so only it pays for importing them all.
    parser = full_parser() if {"-h", "--help"} & set(arguments) else _top_parser()
    try:
        parser.parse_args(arguments)
    except SystemExit as leaving:
        return _exit_code(leaving)
    raise UsageError("a verb is missing", remedy="see `nbhotel --help`")


def _exit_code(leaving: SystemExit) -> int:
    return leaving.code if isinstance(leaving.code, int) else 0


def _unknown_verb(word: str) -> UsageError:
    near = difflib.get_close_matches(word, VERBS, n=1)
    remedy = f"did you mean `nbhotel {near[0]}`?" if near else f"verbs: {', '.join(VERBS)}"
    return UsageError(f"there is no verb {word!r}", remedy=remedy)
