"""The command by which git calls nbhotel again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

from nbhotel.errors import MissingPart

_NAME = "nbhotel.exe" if os.name == "nt" else "nbhotel"


def own_program() -> str:
    """Return the absolute path of the program `nbhotel` that this process is an installation of.

    Links are not followed: the name on PATH outlives what it points to. Raises MissingPart.
    """
    for path in _candidates():
        if path.is_file() and os.access(path, os.X_OK):
            return path.absolute().as_posix()
    remedy = "install nbhotel with pip or pipx"
    raise MissingPart("there is no program `nbhotel` for git to call", remedy=remedy)


def _candidates() -> Iterator[Path]:
    called = Path(sys.argv[0])
    if called.name == _NAME:
        yield called
    yield Path(sys.executable).with_name(_NAME)
    yield Path(which(_NAME) or _NAME)
