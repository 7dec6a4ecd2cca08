"""`nbhotel git-textconv FORM FILE`: what git calls as `diff.nbhotel.textconv`.

The form changes when our texts do; it is for git alone, which caches by the command.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.notebook.model import Notebook

SUMMARY = "print a notebook as plain text (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add git's words."""
    parser.add_argument(
        "form", metavar="FORM", help="changes when our texts do, so that git's cache does, too"
    )
    parser.add_argument("file", metavar="FILE", help="the notebook")


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of git's words."""
    from types import SimpleNamespace

    from nbhotel.errors import UsageError

    if not words:
        raise UsageError("a file is missing")
    return SimpleNamespace(file=words[-1])  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Print the text; a file that is no notebook as it is, and a version that a program reads as well."""
    from nbhotel.cli.notebooks import read_bytes
    from nbhotel.git.parent import shows_file
    from nbhotel.git.textconv import text_of
    from nbhotel.notebook.model import Notebook
    from nbhotel.notebook.reading import read_notebook

    content = read_bytes(args.file)
    notebook = read_notebook(content)
    if isinstance(notebook, Notebook) and not shows_file():
        content = text_of(_cleaned(notebook)).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(content)
    return 0


def _cleaned(notebook: Notebook) -> Notebook:
    from nbhotel.chain.config import load_chain
    from nbhotel.errors import ConfigError

    try:
        return load_chain("vcs", ".").clean(notebook)
    except ConfigError:  # `git add` and `git status` complain about it; reading goes on
        return notebook
