"""`nbhotel completion SHELL`: a completion script on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.errors import MissingPart

if TYPE_CHECKING:
    import argparse

SUMMARY = "print a completion script for bash, zsh or fish"
SHELLS = ("bash", "zsh", "fish")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel completion`."""
    parser.add_argument("shell", choices=SHELLS, help="e.g. source <(nbhotel completion bash)")


def run(args: argparse.Namespace) -> int:
    """Print the script, made from the parsers of all verbs and of the short names."""
    from nbhotel.cli.main import SHORT_NAMES, command_parser, full_parser

    parsers = [full_parser(), *(command_parser(verb, name) for verb, name in SHORT_NAMES.items())]
    complete = _fish if args.shell == "fish" else _shtab
    print("\n".join(complete(parser, args.shell) for parser in parsers))
    return 0


def _fish(parser: argparse.ArgumentParser, _shell: str) -> str:
    from nbhotel.cli.fish import fish_completion

    return fish_completion(parser)


def _shtab(parser: argparse.ArgumentParser, shell: str) -> str:
    try:
        import shtab
    except ImportError:
        raise MissingPart("completion needs shtab", remedy="pip install 'nbhotel[completion]'") from None
    return str(shtab.complete(parser, shell=shell))
