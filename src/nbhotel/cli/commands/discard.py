"""`nbhotel discard`: take changes of cells, or parts of them, out of the file on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "take changes of chosen cells and parts of cells back, in the file on your disk"

EXAMPLES = """\
  nbhotel discard analysis.ipynb             choose on the whole screen
  nbhotel discard -p analysis.ipynb          answer questions, by the keys of `git checkout -p`
  nbhotel discard --cell 3 --yes analysis.ipynb
  nbhotel discard -p --from HEAD~2 analysis.ipynb
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    from nbhotel.cli.staging.options import add_options

    add_options(parser, "discard", EXAMPLES)
    parser.add_argument(
        "--from", dest="revision", metavar="REV", help="go back to a revision; default: to the index"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask whether it is meant")


def run(args: argparse.Namespace) -> int:
    """Choose, keep the file as it is, and write it."""
    from nbhotel.cli.staging import flow
    from nbhotel.cli.staging.verbs import DISCARD

    return flow.run(args, DISCARD)
