"""The parser that every verb gets."""

from __future__ import annotations

import argparse
from typing import NoReturn

from nbhotel.errors import UsageError


def add_examples(parser: argparse.ArgumentParser, examples: str, end: str = "") -> None:
    """Put examples, line by line as they are, and perhaps an `end` behind the options of `--help`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"examples:\n{examples}{end}"


class Parser(argparse.ArgumentParser):
    """argparse whose complaints are UsageErrors (one line) instead of a usage dump and an exit."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=f"see `{self.prog} --help`")
