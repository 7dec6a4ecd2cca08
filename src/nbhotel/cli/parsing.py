"""The parser that every verb gets."""

from __future__ import annotations

import argparse
from typing import NoReturn

from nbhotel.errors import UsageError


class Parser(argparse.ArgumentParser):
    """argparse whose complaints are UsageErrors (one line) instead of a usage dump and an exit."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=f"see `{self.prog} --help`")
