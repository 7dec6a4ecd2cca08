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
    """Print the script, made from the parsers of all verbs."""
    try:
        import shtab
    except ImportError:
        raise MissingPart("completion needs shtab", remedy="pip install 'nbhotel[completion]'") from None
    from nbhotel.cli.main import full_parser

    print(shtab.complete(full_parser(), shell=args.shell))
    return 0
