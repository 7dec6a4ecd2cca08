"""`nbhotel VERB …`: a table of verbs, each a module that is imported only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from nbhotel import __version__
from nbhotel.cli.boundary import guard
from nbhotel.errors import UsageError, nearest

if TYPE_CHECKING:
    import argparse
    from typing import Any, Protocol

    from nbhotel.cli.parsing import Parser

    class Command(Protocol):
        """What each module of `nbhotel.cli.commands` gives.

        It may also give `quick(words)`, which returns what the parser makes of words that hold no option, and
        `PATHS_AFTER_DASHES = True`: then what follows `--` becomes `args.paths`.
        """

        SUMMARY: str

        def configure(self, parser: argparse.ArgumentParser) -> None: ...

        def run(self, args: Any) -> int: ...


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
    "diff": "nbhotel.cli.commands.diff",
    "merge": "nbhotel.cli.commands.merge",
    "resolve": "nbhotel.cli.commands.resolve",
    "show": "nbhotel.cli.commands.show",
    "log": "nbhotel.cli.commands.log",
    "blame": "nbhotel.cli.commands.blame",
    "clean": "nbhotel.cli.commands.clean",
    "check": "nbhotel.cli.commands.check",
    "review": "nbhotel.cli.commands.review",
    "repair": "nbhotel.cli.commands.repair",
    "export": "nbhotel.cli.commands.export",
    "publish": "nbhotel.cli.commands.publish",
    "stage": "nbhotel.cli.commands.stage",
    "unstage": "nbhotel.cli.commands.unstage",
    "discard": "nbhotel.cli.commands.discard",
    "git": "nbhotel.cli.commands.git",
    "vault": "nbhotel.cli.commands.vault",
    "history": "nbhotel.cli.commands.history",
    "coauthors": "nbhotel.cli.commands.coauthors",
    "comments": "nbhotel.cli.commands.comments",
    "put": "nbhotel.cli.commands.put",
    "get": "nbhotel.cli.commands.get",
    "share": "nbhotel.cli.commands.share",
    "completion": "nbhotel.cli.commands.completion",
}

#: What git calls, not people: not in `--help`, the completion and the reference.
HIDDEN: dict[str, str] = {
    "git-filter": "nbhotel.cli.commands.git_filter",
    "git-clean": "nbhotel.cli.commands.git_clean",
    "git-smudge": "nbhotel.cli.commands.git_smudge",
    "git-index-written": "nbhotel.cli.commands.git_index_written",
    "git-diff": "nbhotel.cli.commands.git_diff",
    "git-textconv": "nbhotel.cli.commands.git_textconv",
    "git-merge": "nbhotel.cli.commands.git_merge",
    "git-mergetool": "nbhotel.cli.commands.git_mergetool",
}

_VERSION = f"nbhotel {__version__}"
DESCRIPTION = "A hotel for notebooks: many people, one machine, one address."
EPILOG = "`nbhotel VERB --help` tells more about a verb."


#: The verbs that are programs of their own as well, by the names that people type.
SHORT_NAMES = {"diff": "nbdiff", "merge": "nbmerge", "show": "nbshow"}


def load_command(verb: str) -> Command:
    """Import one verb's module."""
    module = VERBS.get(verb) or HIDDEN[verb]
    __import__(module)  # importlib would be imported for this alone
    return cast("Command", sys.modules[module])


def command_parser(verb: str, prog: str = "") -> argparse.ArgumentParser:
    """The parser of one verb, as `nbhotel VERB --help` (or `prog --help`) shows it."""
    from nbhotel.cli.parsing import Parser

    command = load_command(verb)
    parser = Parser(prog=prog or f"nbhotel {verb}", description=command.SUMMARY, allow_abbrev=False)
    command.configure(parser)
    if prog:
        parser.add_argument("--version", action="version", version=_VERSION, help="print the version")
    return parser


def run_verb(verb: str, arguments: list[str], prog: str = "") -> int:
    """Run one verb with its arguments and return its exit code. Raises what the verb raises."""
    command = load_command(verb)
    quick = getattr(command, "quick", None)
    # git's words are never options, whatever a file is called.
    if quick and (verb in HIDDEN or not any(word.startswith("-") for word in arguments)):
        return command.run(quick(arguments))
    paths: list[str] | None = None
    if "--" in arguments and getattr(command, "PATHS_AFTER_DASHES", False):
        dashes = arguments.index("--")
        arguments, paths = arguments[:dashes], arguments[dashes + 1 :]
    try:
        args = command_parser(verb, prog).parse_args(arguments)
    except SystemExit as leaving:  # --help has printed what was asked for
        return _exit_code(leaving)
    if paths is not None:
        args.paths = paths
    return command.run(args)


def full_parser() -> argparse.ArgumentParser:
    """The parser of the whole program with every verb loaded: for `--help`, completion and the reference."""
    from nbhotel.cli.parsing import Parser

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
    return guard(lambda: _dispatch(arguments), verb if verb in VERBS or verb in HIDDEN else "none")


def _top_parser() -> Parser:
    from nbhotel.cli.parsing import Parser

    parser = Parser(prog="nbhotel", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=_VERSION)
    return parser


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        full_parser().print_help(sys.stderr)
        return 2
    first, *rest = arguments
    if first in VERBS or first in HIDDEN:
        return run_verb(first, rest)
    if first.startswith("-"):
        return _top_option(arguments)
    raise _unknown_verb(first)


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
    return UsageError(f"there is no verb {word!r}", remedy=nearest(word, VERBS))
