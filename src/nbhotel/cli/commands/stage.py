"""`nbhotel stage`: put cells, or parts of them, into git's index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "put chosen cells and parts of cells into git's index"

EXAMPLES = """\
  nbhotel stage analysis.ipynb               choose on the whole screen
  nbhotel stage -p analysis.ipynb            answer questions, by the keys of `git add -p`
  nbhotel stage --cell 3 --cell /^import/ analysis.ipynb
  nbhotel stage --all --only source,metadata analysis.ipynb
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    from nbhotel.cli.staging.options import add_options

    add_options(parser, "stage", EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Choose, and write the index; the worktree is not touched."""
    from nbhotel.cli.staging import flow
    from nbhotel.cli.staging.verbs import STAGE

    return flow.run(args, STAGE)
